/** Takes in, finds and cancels runs. */
package io.laptopdiff.gateway.runs;
