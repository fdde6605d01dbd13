package io.laptopdiff.shapes.check;

import io.laptopdiff.shapes.dataset.Drawing;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Captions that training never saw, and what the program draws for them.
 *
 * @param captions all different inside a group, else an image would have two captions of its own
 * @param images in the same order
 */
record HeldOutDrawings(List<String> captions, List<BufferedImage> images) {

    static HeldOutDrawings of(long seed, int count, int groupSize) {
        ShapesDataset dataset = ShapesDataset.heldOut(seed);
        List<String> captions = new ArrayList<>();
        List<BufferedImage> images = new ArrayList<>();
        Set<String> group = new HashSet<>();
        for (long index = 0; captions.size() < count; index++) {
            if (captions.size() % groupSize == 0) {
                group.clear();
            }
            Drawing drawing = dataset.get(index);
            String caption = drawing.scene().caption();
            if (group.add(caption)) {
                captions.add(caption);
                images.add(drawing.image().toBufferedImage());
            }
        }
        return new HeldOutDrawings(captions, images);
    }
}
