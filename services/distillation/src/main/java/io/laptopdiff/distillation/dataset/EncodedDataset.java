package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An encoded data set on disk, in files of {@value #IMAGES_PER_FILE} images. What fits is kept in
 * memory once it was read; the rest is read each time, from the page cache when there is room.
 */
public final class EncodedDataset implements AutoCloseable {

    static final int IMAGES_PER_FILE = 256;
    private static final long KEPT_BYTES = 512L << 20;

    private final List<SafetensorsFile> files = new ArrayList<>();
    private final Map<Integer, EncodedSample> kept = new HashMap<>();
    private final NDManager owner;
    private final int size;
    private final int resolution;
    private final EncodedCaption emptyCaption;
    private long keptBytes;

    private EncodedDataset(Path directory, int size, int resolution, NDManager owner) {
        this.owner = owner;
        this.size = size;
        this.resolution = resolution;
        try (SafetensorsFile empty = SafetensorsFile.open(emptyCaptionFile(directory))) {
            emptyCaption = EncodedCaption.read(empty, "", owner);
        }
        for (int first = 0; first < size; first += IMAGES_PER_FILE) {
            files.add(SafetensorsFile.open(file(directory, first)));
        }
    }

    /**
     * @param size in images
     * @param resolution of the images, in pixels
     * @param parent what is kept lives in a sub-manager of it
     */
    static EncodedDataset open(Path directory, int size, int resolution, NDManager parent) {
        NDManager owner = parent.newSubManager();
        try {
            return new EncodedDataset(directory, size, resolution, owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    static Path file(Path directory, int image) {
        return directory.resolve(
                String.format(Locale.ROOT, "images-%06d.safetensors", image / IMAGES_PER_FILE));
    }

    static Path emptyCaptionFile(Path directory) {
        return directory.resolve("empty-caption.safetensors");
    }

    /** Whether a file is there and not cut off. */
    static boolean isWhole(Path file) {
        try {
            SafetensorsFile.open(file).close();
            return true;
        } catch (CheckpointException e) {
            return false;
        }
    }

    /** The number of images. */
    public int size() {
        return size;
    }

    /** Height and width of the images, in pixels. */
    public int resolution() {
        return resolution;
    }

    /**
     * One image.
     *
     * @param scope owns arrays that are not kept; the others belong to this data set
     */
    public EncodedSample read(int image, NDManager scope) {
        EncodedSample sample = kept.get(image);
        if (sample != null) {
            return sample;
        }
        boolean keep = keptBytes < KEPT_BYTES;
        sample =
                EncodedSample.read(files.get(image / IMAGES_PER_FILE), image, keep ? owner : scope);
        if (keep) {
            kept.put(image, sample);
            keptBytes += sample.bytes();
        }
        return sample;
    }

    /** What a caption that is left out becomes; belongs to this data set. */
    public EncodedCaption emptyCaption() {
        return emptyCaption;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
        owner.close();
    }
}
