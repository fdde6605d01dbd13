package io.laptopdiff.shapes.dataset;

import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolderWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An endless sequence of drawn images with captions: the same split, seed and index give the same
 * bits for ever.
 *
 * @param split whether captions come from those that training may see
 * @param seed selects the sequence
 */
public record ShapesDataset(Split split, long seed) {

    /** Width and height of every image in pixels. */
    public static final int SIDE = Canvas.SIDE;

    /** The images that training sees. */
    public static ShapesDataset training(long seed) {
        return new ShapesDataset(Split.TRAINING, seed);
    }

    /** Returns images whose captions training never sees. */
    public static ShapesDataset heldOut(long seed) {
        return new ShapesDataset(Split.HELD_OUT, seed);
    }

    /**
     * The image at a place of the sequence.
     *
     * @param index from 0
     */
    public Drawing get(long index) {
        RandomStream random = new RandomStream(split.ordinal(), seed, index);
        Scene scene = SceneSource.next(random, split);
        byte[] rgb = Canvas.paint(scene, random);
        return new Drawing(scene, CaptionedImage.ofRgb(rgb, SIDE, SIDE, scene.caption()));
    }

    /**
     * Writes the first images as an ImageFolder (PNG and metadata.jsonl), whole or not at all.
     *
     * @param directory must not exist yet, or be an empty directory
     * @throws IOException if the disk refuses
     */
    public void write(Path directory, int count) throws IOException {
        try (ImageFolderWriter writer = ImageFolderWriter.create(directory)) {
            for (int i = 0; i < count; i++) {
                writer.add(get(i).image());
            }
            writer.finish();
        }
    }
}
