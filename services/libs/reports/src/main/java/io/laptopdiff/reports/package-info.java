/** Runs as pages of HTML that need nothing beside them. */
package io.laptopdiff.reports;
