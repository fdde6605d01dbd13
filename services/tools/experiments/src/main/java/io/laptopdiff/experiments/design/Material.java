package io.laptopdiff.experiments.design;

import java.nio.file.Path;

/**
 * What all experiments work on.
 *
 * @param teacher diffusers directory
 * @param scorer CLIPModel directory
 * @param training captioned images to score and distil on
 * @param heldOut captioned images that no training saw
 */
public record Material(Path teacher, Path scorer, Path training, Path heldOut) {}
