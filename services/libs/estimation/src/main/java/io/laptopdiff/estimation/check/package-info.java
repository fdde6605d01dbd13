/** What makes a run fail, found by reading before any stage of it computes. */
package io.laptopdiff.estimation.check;
