package io.laptopdiff.diffusion.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Captioned images in an order that stays, read one by one. */
public sealed interface ImageSource permits ImageFolder, TarShards {

    /**
     * The version of decoding: it changes whenever the same file gives other pixels, and is part of
     * the name of all that is kept of images. 2: upright by EXIF, CMYK in its right colours, WebP.
     * 3: upright by XMP, the whole canvas of a GIF, CMYK in TIFF.
     */
    int DECODING = 3;

    /**
     * Opens what lies there: a directory of images, a {@code .tar} file (also gzipped), or a
     * directory of such files. The log tells what is left out of it.
     *
     * @throws DatasetException if it is none of these, or not as it must be
     */
    static ImageSource open(Path place) {
        if (Files.isRegularFile(place) && TarShards.isShard(place)) {
            return TarShards.open(List.of(place));
        }
        if (Files.isDirectory(place) && !ImageFolder.hasMetadata(place)) {
            List<Path> shards = TarShards.in(place);
            if (!shards.isEmpty()) {
                return TarShards.openAll(place, shards);
            }
        }
        return ImageFolder.open(place);
    }

    /**
     * Opens one place, or several tar shards as one data set.
     *
     * @param places at least one
     */
    static ImageSource open(List<Path> places) {
        return places.size() == 1 ? open(places.get(0)) : TarShards.open(places);
    }

    /**
     * Returns the shorter side, in pixels, that an image must have to train a model of that
     * resolution: an eighth, 64 for SD-v1.5 at 512. What is smaller holds less than one pixel for
     * each of the latent's, and would teach the student blur.
     */
    static int minimumSide(int resolution) {
        return Math.max(1, resolution / 8);
    }

    /** Returns the directory or the first shard of the data set. */
    Path location();

    /** The number of images that have a caption. */
    int size();

    /**
     * Returns the images known not to be usable before any is decoded, such as those without a
     * caption.
     */
    List<LeftOut> leftOut();

    /** Returns what else lies in the data set and is no part of it. */
    OtherFiles others();

    /**
     * @param index counted from 0
     */
    String caption(int index);

    /** Returns the name of an image for messages. */
    String where(int index);

    /**
     * Reads an image file's content as it is stored.
     *
     * @throws DatasetException if it cannot be read, which says nothing about the image
     */
    byte[] content(int index);

    /**
     * Decodes each image once, several at a time, for whoever needs all of them.
     *
     * @throws DatasetException naming the first that cannot be used, and how many others
     */
    default void requireAllUsable() {
        List<UnusableImageException> unusable =
                IntStream.range(0, size())
                        .parallel()
                        .mapToObj(this::problem)
                        .flatMap(Optional::stream)
                        .toList();
        if (!unusable.isEmpty()) {
            UnusableImageException first = unusable.get(0);
            throw new DatasetException(
                    unusable.size()
                            + " of "
                            + size()
                            + " images cannot be used. The first: "
                            + first.what(),
                    first.where(),
                    first.howToFix() + " Or remove it from the data set.");
        }
    }

    private Optional<UnusableImageException> problem(int index) {
        try {
            new StoredImage(content(index), where(index)).decode(1);
            return Optional.empty();
        } catch (UnusableImageException e) {
            return Optional.of(e);
        }
    }

    /** The captions, in order. */
    default List<String> captions() {
        return new AbstractList<>() {
            @Override
            public String get(int index) {
                return caption(index);
            }

            @Override
            public int size() {
                return ImageSource.this.size();
            }
        };
    }

    /**
     * Reads one image at its own size, whatever that is.
     *
     * @throws UnusableImageException if it is not an image that Java can read
     */
    default CaptionedImage read(int index) {
        return CaptionedImage.of(
                new StoredImage(content(index), where(index)).decode(1), caption(index));
    }

    /**
     * Reads one image as a square of {@code resolution} pixels; see {@link
     * CaptionedImage#toSquare}.
     */
    default CaptionedImage read(int index, int resolution) {
        return read(index).toSquare(resolution);
    }

    /**
     * Reads one image as a square, if it is large enough to train on.
     *
     * @throws UnusableImageException if it is corrupt, or smaller than {@link #minimumSide}
     */
    default CaptionedImage readUsable(int index, int resolution) {
        StoredImage image = new StoredImage(content(index), where(index));
        return CaptionedImage.of(image.decode(minimumSide(resolution)), caption(index))
                .toSquare(resolution);
    }
}
