package io.laptopdiff.distillation.dataset;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A data set as one teacher's encoders see it, cut into shards.
 *
 * @param name of what training samples are made of: the content of the images, their captions, and
 *     the models that encode them
 * @param teacher pipeline directory
 * @param resolution height and width of the images, in pixels
 * @param imagesPerShard places in the data set that one shard answers for
 * @param directory where the shards lie
 */
public record Encoding(
        String name,
        Path teacher,
        ImageSource images,
        int resolution,
        int imagesPerShard,
        Path directory) {

    /** The images of a shard: about 94 MB for SD-v1.5 at 512 pixels, a minute of a GPU's work. */
    static final int IMAGES_PER_SHARD = 256;

    /**
     * The number of the format. 2: grey images are taken as they are stored. 3: shards with
     * manifests.
     */
    private static final int FORMAT = 3;

    /**
     * Reads all of the data set and of the encoders once, to name them.
     *
     * @param teacher pipeline directory
     */
    public static Encoding of(ArtifactStore store, Path teacher, ImageSource images) {
        return of(store, teacher, images, IMAGES_PER_SHARD);
    }

    static Encoding of(ArtifactStore store, Path teacher, ImageSource images, int imagesPerShard) {
        int resolution =
                UNetConfig.read(teacher.resolve("unet")).sampleSize()
                        * VaeConfig.read(teacher.resolve("vae")).downsamplingFactor();
        String format =
                "format %d decoding %d resolution %d shards of %d"
                        .formatted(FORMAT, ImageSource.DECODING, resolution, imagesPerShard);
        String name = DatasetDigest.of(teacher, images, format);
        return new Encoding(
                name,
                teacher,
                images,
                resolution,
                imagesPerShard,
                store.root().resolve("encoded").resolve(name));
    }

    /** Returns how many shards there are. */
    public int shards() {
        return (images.size() + imagesPerShard - 1) / imagesPerShard;
    }

    int first(int shard) {
        return shard * imagesPerShard;
    }

    int end(int shard) {
        return Math.min(images.size(), first(shard + 1));
    }

    EncodedShard shard(int shard) {
        return new EncodedShard(directory.resolve(String.format(Locale.ROOT, "shard-%06d", shard)));
    }

    /** Returns the shard that holds what a caption that is left out becomes. */
    EncodedShard emptyCaption() {
        return new EncodedShard(directory.resolve("empty-caption"));
    }
}
