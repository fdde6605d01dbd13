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

/** A picture of images with their captions below. */
final class SampleSheet {

    private static final int COLUMNS = 6;
    private static final int SIDE = 128;
    private static final int GAP = 16;
    private static final int LINE = 14;
    private static final int LINES = 4;

    private SampleSheet() {}

    static void write(List<BufferedImage> images, List<String> captions, Path file) throws IOException {
        int rows = (images.size() + COLUMNS - 1) / COLUMNS;
        int height = SIDE + LINES * LINE + GAP;
        BufferedImage sheet =
                new BufferedImage(COLUMNS * (SIDE + GAP) + GAP, rows * height + GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        pen.setColor(Color.BLACK);
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        for (int i = 0; i < images.size(); i++) {
            int x = GAP + i % COLUMNS * (SIDE + GAP);
            int y = GAP + i / COLUMNS * height;
            pen.drawImage(images.get(i), x, y, SIDE, SIDE, null);
            List<String> lines = lines(captions.get(i), pen);
            for (int line = 0; line < lines.size(); line++) {
                pen.drawString(lines.get(line), x, y + SIDE + (line + 1) * LINE);
            }
        }
        pen.dispose();
        Files.createDirectories(file.toAbsolutePath().getParent());
        ImageIO.write(sheet, "png", file.toFile());
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
