package io.laptopdiff.experiments.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bars in groups, each with a whisker of one standard deviation up and down. */
public final class BarChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 300;
    private static final int LEFT = 60;
    private static final int TOP = 46;
    private static final int BOTTOM = 30;
    private static final int TICKS = 5;
    private static final double SHARE = 0.8;

    private final String title;
    private final List<String> series;
    private final List<String> groups = new ArrayList<>();
    private final List<List<Estimate>> values = new ArrayList<>();

    /**
     * @param title with the unit of the values
     * @param series what the bars of each group are
     */
    public BarChart(String title, List<String> series) {
        this.title = title;
        this.series = List.copyOf(series);
    }

    /** Adds one more group, a value for each of the series. */
    public BarChart group(String name, List<Estimate> heights) {
        groups.add(name);
        values.add(List.copyOf(heights));
        return this;
    }

    /** Returns the chart as an SVG page. */
    public String svg() {
        Svg svg = new Svg(WIDTH, HEIGHT);
        svg.text(LEFT, 16, "start", title);
        legend(svg);
        double step = step(Math.max(1e-12, extreme(1)) + Math.max(0, extreme(-1)));
        double high = step * Math.max(1, Math.ceil(extreme(1) / step));
        double low = -step * Math.max(0, Math.ceil(extreme(-1) / step));
        for (double value = low; value < high + step / 2; value += step) {
            double y = y(value, low, high);
            svg.line(LEFT, y, WIDTH, y, "#e5e7eb");
            svg.text(LEFT - 6, y + 4, "end", label(value));
        }
        double groupWidth = (double) (WIDTH - LEFT) / Math.max(1, groups.size());
        for (int g = 0; g < groups.size(); g++) {
            double x = LEFT + g * groupWidth;
            svg.text(x + groupWidth / 2, HEIGHT - 10, "middle", groups.get(g));
            double width = SHARE * groupWidth / series.size();
            for (int s = 0; s < series.size(); s++) {
                bar(
                        svg,
                        values.get(g).get(s),
                        x + groupWidth * (1 - SHARE) / 2 + s * width,
                        width,
                        Svg.COLOURS[s % Svg.COLOURS.length],
                        low,
                        high);
            }
        }
        svg.line(LEFT, y(0, low, high), WIDTH, y(0, low, high), "#374151");
        return svg.toString();
    }

    private void legend(Svg svg) {
        double x = LEFT;
        for (int s = 0; s < series.size(); s++) {
            svg.bar(x, 25, 10, 10, Svg.COLOURS[s % Svg.COLOURS.length]);
            svg.text(x + 14, 34, "start", series.get(s));
            x += 30 + 6.5 * series.get(s).length();
        }
    }

    private static void bar(
            Svg svg,
            Estimate value,
            double x,
            double width,
            String colour,
            double low,
            double high) {
        if (!value.isThere()) {
            return;
        }
        double top = y(Math.max(0, value.mean()), low, high);
        double bottom = y(Math.min(0, value.mean()), low, high);
        svg.bar(x, top, 0.9 * width, bottom - top, colour);
        if (value.count() > 1) {
            double middle = x + 0.45 * width;
            svg.line(
                    middle,
                    y(value.mean() - value.deviation(), low, high),
                    middle,
                    y(value.mean() + value.deviation(), low, high),
                    "#111827");
        }
    }

    /** The farthest end of any whisker on one side. */
    private double extreme(int sign) {
        return values.stream()
                .flatMap(List::stream)
                .filter(Estimate::isThere)
                .mapToDouble(v -> sign * v.mean() + (v.count() > 1 ? v.deviation() : 0))
                .max()
                .orElse(0);
    }

    /** Returns a step of 1, 2 or 5 and a power of ten: some five of them make up the range. */
    private static double step(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(range / TICKS)));
        double factor = range / TICKS / power;
        return power * (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1);
    }

    private static String label(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "").replaceAll("^-0$", "0");
    }

    private static double y(double value, double low, double high) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low);
    }
}
