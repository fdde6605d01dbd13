/** What was measured on a teacher or student. */
package io.laptopdiff.contracts.evaluation;
