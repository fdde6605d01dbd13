package io.laptopdiff.shapes.check;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A picture of images with their captions below. */
final class SampleSheet {

    private static final Logger LOG = LoggerFactory.getLogger(SampleSheet.class);
    private static final int COLUMNS = 6;
    private static final int SIDE = 128;
    private static final int GAP = 16;
    private static final int LINE = 14;
    private static final int LINES = 4;

    private SampleSheet() {}

    /**
     * @throws IOException if the file cannot be written
     */
    static void write(List<BufferedImage> images, List<String> captions, Path file)
            throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ImageIO.write(draw(images, captions), "png", file.toFile());
    }

    static BufferedImage draw(List<BufferedImage> images, List<String> captions) {
        int rows = (images.size() + COLUMNS - 1) / COLUMNS;
        int height = SIDE + LINES * LINE + GAP;
        BufferedImage sheet =
                new BufferedImage(
                        COLUMNS * (SIDE + GAP) + GAP,
                        rows * height + GAP,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        boolean fonts = true;
        for (int i = 0; i < images.size(); i++) {
            int x = GAP + i % COLUMNS * (SIDE + GAP);
            int y = GAP + i / COLUMNS * height;
            pen.drawImage(images.get(i), x, y, SIDE, SIDE, null);
            fonts = fonts && write(captions.get(i), x, y + SIDE, pen);
        }
        pen.dispose();
        return sheet;
    }

    /**
     * Writes a caption, and returns whether the Java runtime has fonts: slim containers often have
     * none.
     */
    private static boolean write(String caption, int x, int y, Graphics2D pen) {
        try {
            pen.setColor(Color.BLACK);
            pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
            pen.setRenderingHint(
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            List<String> lines = lines(caption, pen);
            for (int line = 0; line < lines.size(); line++) {
                pen.drawString(lines.get(line), x, y + (line + 1) * LINE);
            }
            return true;
        } catch (RuntimeException | InternalError | LinkageError e) {
            LOG.warn(
                    "sheet without captions, install fontconfig and a font error={}", e.toString());
            return false;
        }
    }

    private static List<String> lines(String caption, Graphics2D pen) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : caption.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (pen.getFontMetrics().stringWidth(longer) > SIDE + GAP / 2) {
                lines.add(line);
                longer = word;
            }
            line = longer;
        }
        lines.add(line);
        return lines;
    }
}
