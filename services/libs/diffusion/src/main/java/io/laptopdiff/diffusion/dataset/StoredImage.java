package io.laptopdiff.diffusion.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** An image file's content, decoded whole or not at all. */
final class StoredImage {

    /** The endings of the files that are decoded. */
    static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "bmp", "gif", "tif", "tiff");

    /** The endings of pictures that are counted, and not decoded. */
    static final Set<String> OTHER_ENDINGS =
            Set.of("avif", "heic", "heif", "jxl", "jp2", "psd", "dng", "svg");

    private static final Map<String, String> UNREADABLE =
            Map.of(
                    "ftypavif", "AVIF",
                    "ftypheic", "HEIC",
                    "ftypmif1", "HEIF",
                    "JXL \r\n\u0087\n", "JPEG XL");

    /** The most pixels of an image, 8192 x 8192: three times as many floats are 768 MiB of heap. */
    static final long MOST_PIXELS = 1L << 26;

    private final byte[] content;
    private final ByteReader file;
    private final String where;

    /**
     * @param where how errors name it
     */
    StoredImage(byte[] content, String where) {
        this.content = content;
        this.file = new ByteReader(content);
        this.where = where;
    }

    /**
     * @param minimumSide in pixels; 1 takes every image
     * @throws UnusableImageException if it is no image that can be used
     */
    BufferedImage decode(int minimumSide) {
        try (ImageInputStream input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            ImageReader reader = ImageReaders.of(file, input).orElseThrow(this::unknown);
            try {
                reader.setInput(input, true, true);
                GifScreen gif = GifScreen.isGif(file) ? GifScreen.read(file) : null;
                requireSize(
                        gif == null ? reader.getWidth(0) : gif.width(),
                        gif == null ? reader.getHeight(0) : gif.height(),
                        minimumSide);
                requireWhole();
                return Orientation.upright(pixels(reader, gif), StoredOrientation.of(file));
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

    /** Decodes the pixels. The JPEG decoder fills up what a cut-off file lacks, and only warns. */
    private BufferedImage pixels(ImageReader reader, GifScreen gif) throws IOException {
        AtomicReference<String> cutOff = new AtomicReference<>();
        AtomicReference<String> notImplemented = new AtomicReference<>();
        reader.addIIOReadWarningListener(
                (source, warning) -> {
                    String text = warning.toLowerCase(Locale.ROOT);
                    if (text.contains("icc") || text.contains("thumbnail")) {
                        return; // a broken profile or thumbnail says nothing of the picture
                    }
                    if (text.contains("premature end") || text.contains("truncated")) {
                        cutOff.set(warning);
                    } else if (text.contains("not implemented")) {
                        notImplemented.set(warning);
                    }
                });
        BufferedImage frame = reader.read(0);
        BufferedImage image = gif == null ? frame : gif.with(frame);
        if (cutOff.get() != null) {
            throw corrupt("The image is cut off: " + cutOff.get());
        }
        if (notImplemented.get() != null) {
            throw unsupported("The image has what is not decoded: " + notImplemented.get());
        }
        return image;
    }

    /**
     * Refuses WebP files that are cut off, of which the decoder does not tell; it takes a frame's
     * size on trust.
     */
    private void requireWhole() {
        if (!WebpChunks.isWebp(file)) {
            return;
        }
        WebpChunks webp = WebpChunks.read(file);
        if (webp.length() > content.length) {
            throw corrupt(
                    "The image is cut off: it has "
                            + content.length
                            + " bytes, and its header says "
                            + webp.length());
        }
        if (webp.mostPixels() > MOST_PIXELS) {
            throw tooLarge("The image has a frame of " + webp.mostPixels() + " pixels");
        }
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
            throw tooLarge("The image has " + width + " x " + height + " pixels");
        }
    }

    private UnusableImageException tooLarge(String what) {
        return new UnusableImageException(
                Unusable.TOO_LARGE,
                what,
                where,
                "Scale it down to at most " + MOST_PIXELS + " pixels.");
    }

    private UnusableImageException unknown() {
        if (file.hasAt(0, TextFile.LFS_POINTER)) {
            return new UnusableImageException(
                    Unusable.CORRUPT,
                    "A Git LFS pointer stands in place of the image",
                    where,
                    TextFile.FETCH_FROM_LFS);
        }
        String format = UNREADABLE.get(file.content().length < 12 ? "" : brand());
        return format != null
                ? unsupported("The image is " + format + ", which is not decoded")
                : corrupt("The file is no image");
    }

    /**
     * Returns the characters that name AVIF, HEIC and JPEG XL, all of them ISO base media files.
     */
    private String brand() {
        StringBuilder text = new StringBuilder();
        for (int i = 4; i < 12; i++) {
            text.append((char) file.byteAt(i));
        }
        return text.toString();
    }

    private UnusableImageException unsupported(String what) {
        return new UnusableImageException(
                Unusable.UNSUPPORTED, what, where, "Save it as PNG, JPEG or WebP.");
    }

    private UnusableImageException corrupt(String what) {
        return new UnusableImageException(
                Unusable.CORRUPT, what, where, "Save it again as PNG or JPEG.");
    }
}
