/** The measurements themselves. */
package io.laptopdiff.benchmarks.measure;
