package io.laptopdiff.reports;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Charts as SVG, for pages that have no scripts. Vertical scales are logarithmic. */
final class SvgChart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 260;
    private static final int LEFT = 64;
    private static final int BOTTOM = 28;
    private static final int TOP = 12;
    private static final double LEAST_BAR = 0.7;
    private static final String[] COLOURS = {
        "#3b6fd4", "#c2571a", "#2f8f5b", "#8b4fb5", "#a3842a", "#c23b6b", "#3a8fa3", "#6b6b6b"
    };

    /**
     * A bar.
     *
     * @param error one standard error, drawn as a whisker
     * @param faded whether it counts for less
     */
    record Bar(String label, double value, double error, boolean faded) {}

    /** A line; values that are not above 0 are left out. */
    record Line(String label, List<double[]> points) {}

    private final StringBuilder svg = new StringBuilder();
    private double low;
    private double high;
    private double left;
    private double right;

    private SvgChart(String title) {
        svg.append(
                format(
                        "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                        Html.escaped(title), WIDTH, HEIGHT, Html.escaped(title)));
    }

    /** Bars side by side; each tells its label when pointed at. */
    static String bars(String title, List<Bar> bars) {
        List<Bar> drawn = bars.stream().filter(bar -> bar.value() > 0).toList();
        if (drawn.isEmpty()) {
            return "";
        }
        SvgChart chart = new SvgChart(title);
        chart.left = 0;
        chart.right = bars.size();
        // the least of them has a height, too
        chart.scale(drawn.stream().flatMap(b -> Stream.of(LEAST_BAR * b.value(), b.value())));
        for (int i = 0; i < bars.size(); i++) {
            if (bars.get(i).value() > 0) {
                chart.bar(i, bars.get(i));
            }
        }
        return chart.end();
    }

    /** Lines over a common axis, with a legend. */
    static String lines(String title, String axis, List<Line> lines) {
        List<double[]> all =
                lines.stream().flatMap(l -> l.points().stream()).filter(p -> p[1] > 0).toList();
        if (all.isEmpty()) {
            return "";
        }
        SvgChart chart = new SvgChart(title);
        chart.left = all.stream().mapToDouble(p -> p[0]).min().orElseThrow();
        chart.right = all.stream().mapToDouble(p -> p[0]).max().orElseThrow();
        chart.scale(all.stream().map(p -> p[1]));
        chart.horizontal(axis);
        for (int i = 0; i < lines.size(); i++) {
            chart.line(lines.get(i), COLOURS[i % COLOURS.length]);
        }
        chart.legend(lines);
        return chart.end();
    }

    private void scale(Stream<Double> values) {
        double[] logs = values.mapToDouble(Math::log10).toArray();
        low = Math.floor(Arrays.stream(logs).min().orElseThrow());
        high = Math.max(low + 1, Math.ceil(Arrays.stream(logs).max().orElseThrow()));
        int stride = (int) Math.max(1, Math.ceil((high - low) / 6));
        for (int decade = (int) low; decade <= high; decade += stride) {
            double y = y(Math.pow(10, decade));
            svg.append(
                    format(
                            "<path d=\"M%d %.1fH%d\" stroke=\"#8884\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">1e%d</text>\n",
                            LEFT, y, WIDTH, LEFT - 6, y + 4, decade));
        }
    }

    private double x(double value) {
        double range = right > left ? right - left : 1;
        return LEFT + (WIDTH - LEFT) * (value - left) / range;
    }

    private double y(double value) {
        double share = (Math.log10(value) - low) / (high - low);
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Math.max(0, Math.min(1, share));
    }

    private void bar(int place, Bar bar) {
        double x = x(place + 0.15);
        double width = 0.7 * (x(1) - x(0));
        double top = y(bar.value());
        svg.append(
                format(
                        "<g%s><title>%s: %.4g ± %.2g</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                        bar.faded() ? " opacity=\".3\"" : "",
                        Html.escaped(bar.label()),
                        bar.value(),
                        bar.error(),
                        x,
                        top,
                        width,
                        HEIGHT - BOTTOM - top,
                        COLOURS[bar.label().contains("resnets") ? 0 : 1]));
        if (bar.error() > 0 && bar.error() < bar.value()) {
            svg.append(
                    format(
                            "<path d=\"M%.1f %.1fV%.1f\" stroke=\"currentColor\"/>",
                            x + width / 2,
                            y(bar.value() + bar.error()),
                            y(bar.value() - bar.error())));
        }
        svg.append("</g>\n");
    }

    private void horizontal(String axis) {
        for (int i = 0; i <= 4; i++) {
            double value = left + (right - left) * i / 4;
            svg.append(
                    format(
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.3g%s</text>\n",
                            x(value),
                            HEIGHT - 8,
                            i == 0 ? "start" : i == 4 ? "end" : "middle",
                            value,
                            i == 0 ? " " + Html.escaped(axis) : ""));
        }
    }

    private void line(Line line, String colour) {
        StringBuilder path = new StringBuilder();
        for (double[] point : line.points()) {
            if (point[1] > 0) {
                path.append(path.length() == 0 ? 'M' : 'L')
                        .append(format("%.1f %.1f", x(point[0]), y(point[1])));
            }
        }
        svg.append(
                format(
                        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"><title>%s</title></path>\n",
                        path, colour, Html.escaped(line.label())));
    }

    private void legend(List<Line> lines) {
        int width = (WIDTH - LEFT) / Math.max(4, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            svg.append(
                    format(
                            "<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>\n",
                            LEFT + 8 + i * width,
                            TOP + 12,
                            COLOURS[i % COLOURS.length],
                            Html.escaped(lines.get(i).label())));
        }
    }

    private String end() {
        return svg.append("</svg></figure>\n").toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
