package io.laptopdiff.evaluation.images;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Text on a sheet, where the Java runtime has fonts: slim containers often have none. */
final class Labels {

    private static final Logger LOG = Logger.getLogger(Labels.class.getName());
    private static final int BODY_SIZE = 13;
    private static final int HEADING_SIZE = 14;
    private static final int HEADING_BASELINE = 18;
    private static final int NOTE_BASELINE = 35;

    private final Graphics2D paper;
    private boolean fonts = true;

    private Labels(Graphics2D paper) {
        this.paper = paper;
    }

    static Labels on(Graphics2D paper, Color ink) {
        paper.setColor(ink);
        paper.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        return new Labels(paper);
    }

    void heading(String label, String note, int x, int width) {
        write(
                Font.BOLD,
                HEADING_SIZE,
                metrics -> paper.drawString(cut(label, metrics, width), x, HEADING_BASELINE));
        write(
                Font.PLAIN,
                BODY_SIZE,
                metrics -> paper.drawString(cut(note, metrics, width), x, NOTE_BASELINE));
    }

    /** Writes as many lines of the text as fit, the first at the top. */
    void wrapped(String text, int x, int y, int width, int height) {
        write(
                Font.PLAIN,
                BODY_SIZE,
                metrics -> {
                    int lines = height / metrics.getHeight();
                    List<String> wrapped = lines(text, metrics, width);
                    for (int i = 0; i < Math.min(lines, wrapped.size()); i++) {
                        paper.drawString(
                                wrapped.get(i),
                                x,
                                y + metrics.getAscent() + i * metrics.getHeight());
                    }
                });
    }

    private void write(int style, int size, Consumer<FontMetrics> text) {
        if (!fonts) {
            return;
        }
        try {
            paper.setFont(new Font(Font.SANS_SERIF, style, size));
            text.accept(paper.getFontMetrics());
        } catch (RuntimeException | InternalError | LinkageError e) {
            // What Java throws without libfontconfig or any font; differs between releases.
            fonts = false;
            LOG.log(
                    Level.WARNING,
                    "sheet without labels, install fontconfig and a font error={0}",
                    e.toString());
        }
    }

    private static List<String> lines(String text, FontMetrics metrics, int width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split("\\s+", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && metrics.stringWidth(longer) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        lines.add(line);
        return lines.stream().map(one -> cut(one, metrics, width)).toList();
    }

    private static String cut(String text, FontMetrics metrics, int width) {
        String cut = text;
        while (metrics.stringWidth(cut) > width && cut.length() > 1) {
            cut = cut.substring(0, cut.length() - 2) + "…";
        }
        return cut;
    }
}
