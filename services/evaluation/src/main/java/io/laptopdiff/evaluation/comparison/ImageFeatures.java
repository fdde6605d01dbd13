package io.laptopdiff.evaluation.comparison;

import java.awt.image.BufferedImage;
import java.util.List;

/** What images are turned into for the Fréchet distance. D = features. */
interface ImageFeatures extends AutoCloseable {

    /** Returns the features (images, D) of images that are of one size. */
    float[][] images(List<BufferedImage> images, Watcher watcher);

    @Override
    void close();
}
