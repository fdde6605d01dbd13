package io.laptopdiff.pruningplanner.additivity;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import java.util.List;
import java.util.Locale;

/** Measured over predicted output losses as an SVG drawing; both axes are logarithmic. */
public final class ScatterPlot {
    private static final int SIZE = 480;
    private static final int MARGIN = 64;
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    private final Additivity audit;
    private final List<Integer> sizes;
    private final int lowest;
    private final int highest;

    private ScatterPlot(Additivity audit) {
        this.audit = audit;
        this.sizes =
                audit.points().stream().map(p -> p.units().size()).distinct().sorted().toList();
        double[] positive =
                audit.points().stream()
                        .flatMap(p -> java.util.stream.Stream.of(predicted(p), p.measured()))
                        .mapToDouble(Double::doubleValue)
                        .filter(value -> value > 0)
                        .sorted()
                        .toArray();
        this.lowest = positive.length == 0 ? 0 : (int) Math.floor(Math.log10(positive[0]));
        this.highest =
                positive.length == 0
                        ? 1
                        : Math.max(
                                lowest + 1,
                                (int) Math.ceil(Math.log10(positive[positive.length - 1])));
    }

    /** A whole SVG document. */
    public static String of(Additivity audit) {
        return new ScatterPlot(audit).draw();
    }

    private static double predicted(AdditivityPoint point) {
        return point.predicted().getOrDefault(Criterion.OUTPUT_LOSS.text(), 0.0);
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(
                format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%1$d\""
                                + " viewBox=\"0 0 %1$d %1$d\" font-family=\"sans-serif\""
                                + " font-size=\"12\">%n<rect width=\"%1$d\" height=\"%1$d\""
                                + " fill=\"white\"/>%n",
                        SIZE));
        axes(svg);
        for (AdditivityPoint point : audit.points()) {
            mark(svg, point);
        }
        legend(svg);
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg) {
        for (int power = lowest; power <= highest; power++) {
            double at = across(Math.pow(10, power));
            double up = SIZE - at;
            line(svg, at, MARGIN, at, SIZE - MARGIN, "#dddddd", "");
            line(svg, MARGIN, up, SIZE - MARGIN, up, "#dddddd", "");
            text(svg, at, SIZE - MARGIN + 18, "middle", "1e" + power);
            text(svg, MARGIN - 6, up + 4, "end", "1e" + power);
        }
        line(
                svg,
                MARGIN,
                SIZE - MARGIN,
                SIZE - MARGIN,
                MARGIN,
                "#888888",
                " stroke-dasharray=\"4 4\"");
        text(svg, SIZE / 2.0, SIZE - 16, "middle", "sum of the units' output losses");
        text(svg, MARGIN, MARGIN - 12, "start", "measured joint output loss");
        audit.over(Criterion.OUTPUT_LOSS)
                .ifPresent(
                        found ->
                                text(
                                        svg,
                                        SIZE / 2.0,
                                        24,
                                        "middle",
                                        format(
                                                "Pearson %.3f, Spearman %.3f, slope %.3f",
                                                found.pearson(), found.spearman(), found.slope())));
    }

    private void mark(StringBuilder svg, AdditivityPoint point) {
        double x = across(predicted(point));
        double y = SIZE - across(point.measured());
        double high = SIZE - across(point.measured() + point.standardError());
        double low = SIZE - across(point.measured() - point.standardError());
        String colour = colour(point.units().size());
        line(svg, x, low, x, high, colour, "");
        svg.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", x, y, colour));
    }

    private void legend(StringBuilder svg) {
        for (int s = 0; s < sizes.size(); s++) {
            double y = SIZE - MARGIN - 12 - 16.0 * (sizes.size() - 1 - s);
            svg.append(
                    format(
                            "<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
                            SIZE - MARGIN - 74, y - 4, colour(sizes.get(s))));
            text(svg, SIZE - MARGIN - 4, y, "end", sizes.get(s) + " units");
        }
    }

    private String colour(int size) {
        return COLOURS.get(sizes.indexOf(size) % COLOURS.size());
    }

    /** Pixels from the left for x, from the bottom for y; what is not above 0 lies on the edge. */
    private double across(double value) {
        double share = value > 0 ? (Math.log10(value) - lowest) / (highest - lowest) : 0;
        return MARGIN + Math.max(0, Math.min(1, share)) * (SIZE - 2 * MARGIN);
    }

    private static void line(
            StringBuilder svg,
            double x1,
            double y1,
            double x2,
            double y2,
            String colour,
            String style) {
        svg.append(
                format(
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\""
                                + " stroke=\"%s\"%s/>%n",
                        x1, y1, x2, y2, colour, style));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(
                format(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                        x, y, anchor, text));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
