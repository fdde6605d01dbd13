package io.laptopdiff.shapes.dataset;

import io.laptopdiff.diffusion.dataset.CaptionedImage;

/**
 * One image of the data set.
 *
 * @param scene what it shows
 * @param image its pixels and caption
 */
public record Drawing(Scene scene, CaptionedImage image) {}
