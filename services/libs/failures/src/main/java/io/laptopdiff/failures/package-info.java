/** How a failure is told. */
package io.laptopdiff.failures;
