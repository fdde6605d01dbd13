/**
 * What each unit of a teacher is worth, measured on a calibration set; knows neither Quarkus nor
 * Kafka.
 */
package io.laptopdiff.layerscoring.scoring;
