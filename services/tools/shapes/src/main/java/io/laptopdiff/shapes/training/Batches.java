package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Freshly drawn batches: no image is seen twice. */
final class Batches {

    private Batches() {}

    /**
     * @param captions as many as images
     */
    record Batch(NDArray images, List<String> captions) {}

    /** Returns consecutive images from an index on: (B, 3, 64, 64). */
    static NDArray images(ShapesDataset dataset, long from, int count, NDManager manager) {
        List<CaptionedImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(dataset.get(from + i).image());
        }
        return stack(images, manager);
    }

    /**
     * A batch in which no caption occurs twice, so that the contrastive loss is told nothing false.
     */
    static Batch distinct(ShapesDataset dataset, int step, int count, NDManager manager) {
        List<CaptionedImage> images = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (long index = (long) step * count * 2; images.size() < count; index++) {
            CaptionedImage image = dataset.get(index).image();
            if (seen.add(image.caption())) {
                images.add(image);
            }
        }
        return new Batch(
                stack(images, manager), images.stream().map(CaptionedImage::caption).toList());
    }

    static NDArray stack(List<CaptionedImage> images, NDManager manager) {
        int side = ShapesDataset.SIDE;
        float[] pixels = new float[images.size() * 3 * side * side];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(
                    images.get(i).pixels(), 0, pixels, i * 3 * side * side, 3 * side * side);
        }
        return manager.create(pixels, new Shape(images.size(), 3, side, side));
    }
}
