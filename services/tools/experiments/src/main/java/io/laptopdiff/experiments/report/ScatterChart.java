package io.laptopdiff.experiments.report;

import java.util.List;
import java.util.Locale;

/** Predicted against measured losses on logarithmic axes, with the line of equality. */
public final class ScatterChart {
    private static final int SIZE = 380;
    private static final int LEFT = 60;
    private static final int TOP = 30;
    private static final int BOTTOM = 40;

    private final String title;
    private final List<Point> points;
    private final double low;
    private final double high;

    /**
     * One dot.
     *
     * @param kind index of its colour
     */
    public record Point(double predicted, double measured, int kind) {}

    /** Points at or below 0 have no place on these axes. */
    public ScatterChart(String title, List<Point> points) {
        this.title = title;
        this.points = points.stream().filter(p -> p.predicted() > 0 && p.measured() > 0).toList();
        double smallest =
                this.points.stream()
                        .mapToDouble(p -> Math.min(p.predicted(), p.measured()))
                        .min()
                        .orElse(1);
        double largest =
                this.points.stream()
                        .mapToDouble(p -> Math.max(p.predicted(), p.measured()))
                        .max()
                        .orElse(10);
        this.low = Math.floor(Math.log10(smallest));
        this.high = Math.max(low + 1, Math.ceil(Math.log10(largest)));
    }

    /** Returns the chart as an SVG page. */
    public String svg() {
        Svg svg = new Svg(SIZE + 20, SIZE);
        svg.text(LEFT, 16, "start", title + ", measured over predicted");
        for (double power = low; power <= high; power++) {
            String label = String.format(Locale.ROOT, "1e%.0f", power);
            svg.line(x(power), TOP, x(power), SIZE - BOTTOM, "#e5e7eb");
            svg.line(LEFT, y(power), SIZE, y(power), "#e5e7eb");
            svg.text(x(power), SIZE - BOTTOM + 14, "middle", label);
            svg.text(LEFT - 6, y(power) + 4, "end", label);
        }
        svg.line(x(low), y(low), x(high), y(high), "#9ca3af");
        for (Point point : points) {
            svg.dot(
                    x(Math.log10(point.predicted())),
                    y(Math.log10(point.measured())),
                    Svg.COLOURS[point.kind() % Svg.COLOURS.length]);
        }
        svg.text((LEFT + SIZE) / 2.0, SIZE - 8, "middle", "predicted: sum of the units' losses");
        return svg.toString();
    }

    private double x(double power) {
        return LEFT + (SIZE - LEFT) * (power - low) / (high - low);
    }

    private double y(double power) {
        return SIZE - BOTTOM - (SIZE - BOTTOM - TOP) * (power - low) / (high - low);
    }
}
