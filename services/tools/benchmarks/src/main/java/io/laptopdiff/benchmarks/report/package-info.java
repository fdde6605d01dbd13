/** The page performance.md and the README's table. */
package io.laptopdiff.benchmarks.report;
