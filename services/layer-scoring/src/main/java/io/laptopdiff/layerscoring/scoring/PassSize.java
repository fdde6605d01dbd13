package io.laptopdiff.layerscoring.scoring;

/**
 * How much is computed at once.
 *
 * @param batch samples
 * @param together removals of each of them
 * @param bytes that weights and passes take at most, as predicted
 */
record PassSize(int batch, int together, long bytes) {}
