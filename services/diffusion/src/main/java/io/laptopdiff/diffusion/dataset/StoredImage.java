package io.laptopdiff.diffusion.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** An image file's content, decoded whole or not at all. */
final class StoredImage {

    /** Endings of the files that count as images. */
    static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "webp");

    /** 8192 x 8192: three times as many floats are 768 MiB of heap. */
    static final long MOST_PIXELS = 1L << 26;

    private final byte[] content;
    private final String where;

    /**
     * @param where how errors name it
     */
    StoredImage(byte[] content, String where) {
        this.content = content;
        this.where = where;
    }

    /**
     * @param minimumSide in pixels; 1 takes every image
     * @throws UnusableImageException if it is no image that can be used
     */
    BufferedImage decode(int minimumSide) {
        try (ImageInputStream input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
            if (!readers.hasNext()) {
                throw unknown();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(input, true, true);
                requireSize(reader.getWidth(0), reader.getHeight(0), minimumSide);
                return whole(reader);
            } finally {
                reader.dispose();
            }
        } catch (DatasetException e) {
            throw e;
        } catch (IOException
                | RuntimeException
                        e) { // broken files make some decoders throw unchecked exceptions
            throw corrupt("The image cannot be decoded: " + e.getMessage());
        }
    }

    /** The JPEG decoder fills up what a cut-off file lacks, and only warns. */
    private BufferedImage whole(ImageReader reader) throws IOException {
        AtomicReference<String> cutOff = new AtomicReference<>();
        reader.addIIOReadWarningListener(
                (source, warning) -> {
                    String text = warning.toLowerCase(Locale.ROOT);
                    if (text.contains("premature end") || text.contains("truncated")) {
                        cutOff.set(warning);
                    }
                });
        BufferedImage image = reader.read(0);
        if (cutOff.get() != null) {
            throw corrupt("The image is cut off: " + cutOff.get());
        }
        return image;
    }

    private void requireSize(int width, int height, int minimumSide) {
        if (Math.min(width, height) < minimumSide) {
            throw new UnusableImageException(
                    Unusable.TOO_SMALL,
                    "The image has " + width + " x " + height + " pixels",
                    where,
                    "Give one whose shorter side has at least " + minimumSide + ".");
        }
        if ((long) width * height > MOST_PIXELS) {
            throw new UnusableImageException(
                    Unusable.TOO_LARGE,
                    "The image has " + width + " x " + height + " pixels",
                    where,
                    "Scale it down to at most " + MOST_PIXELS + " pixels.");
        }
    }

    private UnusableImageException unknown() {
        if (isWebp()) {
            return new UnusableImageException(
                    Unusable.UNSUPPORTED,
                    "Java cannot read WebP here",
                    where,
                    "Save it as PNG or JPEG, or put an ImageIO plug-in on the class path.");
        }
        return corrupt("The file is no image");
    }

    private boolean isWebp() {
        return content.length >= 12 && ascii(0).equals("RIFF") && ascii(8).equals("WEBP");
    }

    private String ascii(int from) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + 4; i++) {
            text.append((char) (content[i] & 0x7F));
        }
        return text.toString();
    }

    private UnusableImageException corrupt(String what) {
        return new UnusableImageException(
                Unusable.CORRUPT, what, where, "Save it again as PNG or JPEG.");
    }
}
