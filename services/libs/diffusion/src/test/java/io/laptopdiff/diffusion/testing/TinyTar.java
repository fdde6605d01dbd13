package io.laptopdiff.diffusion.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small tar files, entry by entry. */
public final class TinyTar {

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    /** One entry more. */
    public TinyTar with(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** One text more. */
    public TinyTar with(String name, String text) {
        return with(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A picture of one colour and its caption in a text. */
    public TinyTar sample(String key, Color colour, int side) {
        return with(key + ".png", picture(colour, side, "png"))
                .with(key + ".txt", "a picture " + key);
    }

    /** Writes the file; its directory is made where it is missing. */
    public Path write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            try (TarArchiveOutputStream out =
                    new TarArchiveOutputStream(Files.newOutputStream(file))) {
                out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                    TarArchiveEntry header = new TarArchiveEntry(entry.getKey());
                    header.setSize(entry.getValue().length);
                    out.putArchiveEntry(header);
                    out.write(entry.getValue());
                    out.closeArchiveEntry();
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image file of one colour, in a format that ImageIO writes. */
    public static byte[] picture(Color colour, int side, String format) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D brush = image.createGraphics();
        brush.setColor(colour);
        brush.fillRect(0, 0, side, side);
        brush.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
