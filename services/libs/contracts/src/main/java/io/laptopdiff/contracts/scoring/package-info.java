/** What a unit is worth: sums that fold in any order into means with standard errors. */
package io.laptopdiff.contracts.scoring;
