/** What is removed from the teacher. */
package io.laptopdiff.contracts.plan;
