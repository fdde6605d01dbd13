/** How fast scoring and distilling are, held against what the machine can do. */
package io.laptopdiff.benchmarks;
