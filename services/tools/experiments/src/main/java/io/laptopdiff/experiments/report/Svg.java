package io.laptopdiff.experiments.report;

import java.util.Locale;

/** Draws on a white page, in points from its upper left corner. */
final class Svg {
    static final String[] COLOURS = {
        "#2563eb", "#d97706", "#059669", "#9333ea", "#dc2626", "#6b7280", "#0891b2", "#be185d"
    };

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    Svg line(double x1, double y1, double x2, double y2, String colour) {
        return add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1, y1, x2, y2, colour);
    }

    Svg bar(double x, double y, double w, double h, String colour) {
        return add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x, y, w, h, colour);
    }

    Svg dot(double x, double y, String colour) {
        return add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\" fill-opacity=\"0.6\"/>%n",
                x, y, colour);
    }

    /**
     * @param anchor "start", "middle" or "end"
     */
    Svg text(double x, double y, String anchor, String text) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                x, y, anchor, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    private Svg add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
        return this;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                        + " height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n%s</svg>\n",
                width,
                height,
                width,
                height,
                width,
                height,
                body);
    }
}
