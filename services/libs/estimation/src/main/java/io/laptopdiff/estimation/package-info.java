/** What a run will take of memory, time and disk on this machine, before anything is loaded. */
package io.laptopdiff.estimation;
