/** A whole run held against what was said of it before. */
package io.laptopdiff.benchmarks.run;
