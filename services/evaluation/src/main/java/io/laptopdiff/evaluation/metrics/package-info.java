/** What is measured on models and on the images they draw, as plain numbers in and out. */
package io.laptopdiff.evaluation.metrics;
