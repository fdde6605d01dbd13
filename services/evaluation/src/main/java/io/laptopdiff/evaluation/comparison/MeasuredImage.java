package io.laptopdiff.evaluation.comparison;

/**
 * One generated image.
 *
 * @param clipScore from 0 to 100
 * @param retrieved whether its own caption fits it better than the others it is compared with
 */
public record MeasuredImage(double clipScore, boolean retrieved) {}
