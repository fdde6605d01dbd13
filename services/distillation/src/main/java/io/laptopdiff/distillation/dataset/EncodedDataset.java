package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.dataset.LeftOut;
import io.laptopdiff.estimation.WorkerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An encoded data set on disk, in shards. What fits is kept in memory once it was read; the rest is
 * read each time, from the page cache when there is room.
 */
public final class EncodedDataset implements AutoCloseable {

    /**
     * The place where a sample lies.
     *
     * @param image its place in the data set as it was given
     */
    private record Place(SafetensorsFile file, int image) {}

    private final List<SafetensorsFile> files = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Integer> leftOut = new TreeMap<>();
    private final Map<Integer, EncodedSample> kept = new HashMap<>();
    private final NDManager owner;
    private final int resolution;
    private EncodedCaption emptyCaption;
    private long keptBytes;

    private EncodedDataset(int resolution, NDManager owner) {
        this.owner = owner;
        this.resolution = resolution;
    }

    /**
     * @param manifests of all shards, by number
     * @param parent what is kept lives in a sub-manager of it
     */
    static EncodedDataset open(
            Encoding encoding, Map<Integer, ShardManifest> manifests, NDManager parent) {
        EncodedDataset dataset = new EncodedDataset(encoding.resolution(), parent.newSubManager());
        try {
            dataset.read(encoding, manifests);
            return dataset;
        } catch (RuntimeException e) {
            dataset.close();
            throw e;
        }
    }

    private void read(Encoding encoding, Map<Integer, ShardManifest> manifests) {
        try (SafetensorsFile empty = SafetensorsFile.open(encoding.emptyCaption().samples())) {
            emptyCaption = EncodedCaption.read(empty, "", owner);
        }
        for (LeftOut image : encoding.images().leftOut()) {
            leftOut.merge(image.reason().text(), 1, Integer::sum);
        }
        for (Map.Entry<Integer, ShardManifest> shard : new TreeMap<>(manifests).entrySet()) {
            ShardManifest manifest = shard.getValue();
            manifest.leftOut().forEach((why, n) -> leftOut.merge(why, n, Integer::sum));
            if (!manifest.images().isEmpty()) {
                SafetensorsFile file =
                        SafetensorsFile.open(encoding.shard(shard.getKey()).samples());
                files.add(file);
                manifest.images().forEach(image -> places.add(new Place(file, image)));
            }
        }
    }

    /** The number of images that can be used. */
    public int size() {
        return places.size();
    }

    /** Returns how many images are trained on, and how many are not, and why. */
    public TrainingImages images() {
        return new TrainingImages(size(), leftOut);
    }

    /**
     * An image's place in the data set as it was given, with those that cannot be used.
     *
     * @param image from 0 to {@link #size} - 1
     */
    public int place(int image) {
        return places.get(image).image();
    }

    /** Returns the height and width of the images, in pixels. */
    public int resolution() {
        return resolution;
    }

    /**
     * Reads one image.
     *
     * @param image from 0 to {@link #size} - 1
     * @param scope owns arrays that are not kept; the others belong to this data set
     */
    public EncodedSample read(int image, NDManager scope) {
        EncodedSample sample = kept.get(image);
        if (sample != null) {
            return sample;
        }
        boolean keep = keptBytes < WorkerSettings.KEPT_DATASET_BYTES;
        Place place = places.get(image);
        sample = EncodedSample.read(place.file(), place.image(), keep ? owner : scope);
        if (keep) {
            kept.put(image, sample);
            keptBytes += sample.bytes();
        }
        return sample;
    }

    /** Returns what a caption that is left out becomes; belongs to this data set. */
    public EncodedCaption emptyCaption() {
        return emptyCaption;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
        owner.close();
    }
}
