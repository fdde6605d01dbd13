/** The report's sections, one a claim. */
package io.laptopdiff.experiments.report.sections;
