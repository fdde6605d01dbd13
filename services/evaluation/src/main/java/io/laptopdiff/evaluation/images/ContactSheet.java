package io.laptopdiff.evaluation.images;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Images side by side: a row for each caption, a column for each model. */
public final class ContactSheet {

    /** Rows that a sheet shows at most; more would be unreadable, and too large at 512 pixels. */
    public static final int MOST_ROWS = 8;

    private static final int CELL =
            192; // pixels: three for each of a 64x64 image; others are scaled to fit
    private static final int GAP = 8;
    private static final int CAPTION_WIDTH = 240;
    private static final int HEADER_HEIGHT = 44;
    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x22, 0x22, 0x22);

    /**
     * One model.
     *
     * @param label shown above its images
     * @param note a smaller second line, may be empty
     * @param images in the order of the captions, at least as many as there are rows
     */
    public record Column(String label, String note, List<BufferedImage> images) {}

    private ContactSheet() {}

    /** Returns how many rows a sheet of so many prompts has. */
    public static int rows(int prompts) {
        return Math.min(prompts, MOST_ROWS);
    }

    /**
     * Draws a sheet of the first captions. Where the Java runtime has no fonts, the labels are left
     * out.
     *
     * @param captions of the images
     */
    public static BufferedImage draw(List<String> captions, List<Column> columns) {
        int rows = rows(captions.size());
        int width = GAP + CAPTION_WIDTH + columns.size() * (CELL + GAP);
        int height = HEADER_HEIGHT + rows * (CELL + GAP);
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D paper = sheet.createGraphics();
        try {
            paper.setColor(PAPER);
            paper.fillRect(0, 0, width, height);
            Labels labels = Labels.on(paper, INK);
            for (int row = 0; row < rows; row++) {
                int y = HEADER_HEIGHT + row * (CELL + GAP);
                labels.wrapped(captions.get(row), GAP, y, CAPTION_WIDTH - 2 * GAP, CELL);
                for (int column = 0; column < columns.size(); column++) {
                    image(paper, columns.get(column).images().get(row), x(column), y);
                }
            }
            for (int column = 0; column < columns.size(); column++) {
                labels.heading(
                        columns.get(column).label(), columns.get(column).note(), x(column), CELL);
            }
        } finally {
            paper.dispose();
        }
        return sheet;
    }

    private static int x(int column) {
        return GAP + CAPTION_WIDTH + column * (CELL + GAP);
    }

    private static void image(Graphics2D paper, BufferedImage image, int x, int y) {
        double scale = (double) CELL / Math.max(image.getWidth(), image.getHeight());
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        paper.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                // Small images are shown pixel by pixel: a smooth enlargement would flatter them.
                scale > 1
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        paper.drawImage(
                image, x + (CELL - width) / 2, y + (CELL - height) / 2, width, height, null);
    }
}
