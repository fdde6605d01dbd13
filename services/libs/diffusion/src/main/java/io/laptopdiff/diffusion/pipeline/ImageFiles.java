package io.laptopdiff.diffusion.pipeline;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Writes and reads generated images as PNG files, numbered by prompt. */
public final class ImageFiles {

    static {
        // Without it, ImageIO keeps a file on disk for what fits into memory.
        ImageIO.setUseCache(false);
    }

    private ImageFiles() {}

    /** Writes images into a directory, which is made where it is missing. */
    public static void write(Path directory, List<BufferedImage> images) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < images.size(); i++) {
            Files.write(file(directory, i), png(images.get(i)));
        }
    }

    /**
     * Reads the first images of a directory.
     *
     * @throws UncheckedIOException naming the file that cannot be read
     */
    public static List<BufferedImage> read(Path directory, int count) {
        return IntStream.range(0, count).mapToObj(i -> read(file(directory, i))).toList();
    }

    private static BufferedImage read(Path file) {
        try {
            BufferedImage image = ImageIO.read(file.toFile());
            if (image == null) {
                throw new IOException("not an image");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the generated image " + file, e);
        }
    }

    /** Returns an image as the bytes of a PNG file. */
    public static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IOException("this Java runtime cannot write PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode an image", e);
        }
        return bytes.toByteArray();
    }

    private static Path file(Path directory, int index) {
        return directory.resolve(String.format(Locale.ROOT, "%05d.png", index));
    }
}
