/** Tables and figures over seeds. */
package io.laptopdiff.experiments.report;
