package io.laptopdiff.evaluation.comparison;

/**
 * What generated images are held against, the same for every model of a run. E = width of the
 * scorer's space, D = features of the Fréchet distance.
 *
 * @param captions (N, E), each of the image of the same index
 * @param realImages (R, D) features, held-out ones that no training saw
 */
record Reference(float[][] captions, float[][] realImages) {}
