/** Folds the events of a run, in whatever order they come, into its status. */
package io.laptopdiff.gateway.status;
