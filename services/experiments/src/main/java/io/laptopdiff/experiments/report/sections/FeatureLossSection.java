package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.outcome.VariantOutcome;
import io.laptopdiff.experiments.report.BarChart;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.Section;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What normalizing the feature terms does. */
public final class FeatureLossSection implements Section {
    private static final String FIGURE = "features.svg";
    private static final String FEATURES = "features.";

    @Override
    public String write(Results results, Map<String, String> figures) {
        MarkdownTable table =
                new MarkdownTable(
                        "feature loss",
                        "CLIP score's decline, %",
                        "retrieval, %",
                        "Fréchet distance",
                        "output loss at the end",
                        "spread of the feature terms' gradient shares (max / min)",
                        "share of all feature terms, %");
        BarChart chart =
                new BarChart(
                        "decline of the CLIP score after distillation, percent",
                        List.of("decline"));
        row(table, chart, results, "no feature term", "no-features");
        row(table, chart, results, "none", "none");
        row(table, chart, results, "l2", "l2");
        String half = MethodExperiments.name(Criterion.OUTPUT_LOSS, MethodExperiments.HALF);
        row(table, chart, results, MethodExperiments.CRITERIA, half, "squared-l2");
        figures.put(FIGURE, chart.svg());
        return "## 3. Feature loss\n\n"
                + "The claim: unless the feature terms are normalized, a few of them drown the"
                + " others. Ratio 0.5, the same plan for all; a term's share is the norm of its"
                + " weighted gradient over the sum of these norms, its mean over ten reports of a"
                + " training.\n\n"
                + table
                + "\n![Decline by feature loss](method/"
                + FIGURE
                + ")\n";
    }

    private static void row(
            MarkdownTable table, BarChart chart, Results results, String title, String name) {
        row(table, chart, results, MethodExperiments.FEATURES + name, name, title);
    }

    private static void row(
            MarkdownTable table,
            BarChart chart,
            Results results,
            String group,
            String variant,
            String title) {
        Function<Function<VariantOutcome, Double>, Estimate> of =
                figure -> results.of(group, variant, figure);
        Estimate decline = of.apply(Results::decline);
        chart.group(title, List.of(decline));
        table.row(
                title,
                decline.text(2),
                of.apply(Results::retrieval).text(1),
                of.apply(Results::frechet).text(2),
                of.apply(v -> v.finalLosses() == null ? null : v.finalLosses().output())
                        .scientific(),
                of.apply(FeatureLossSection::spread).text(1),
                of.apply(FeatureLossSection::share).text(1));
    }

    private static Double spread(VariantOutcome variant) {
        List<Double> shares = featureShares(variant);
        double least = shares.stream().mapToDouble(v -> v).min().orElse(0);
        return least > 0 ? shares.stream().mapToDouble(v -> v).max().orElse(0) / least : null;
    }

    private static Double share(VariantOutcome variant) {
        return variant.gradientShares().isEmpty()
                ? null
                : 100 * featureShares(variant).stream().mapToDouble(v -> v).sum();
    }

    private static List<Double> featureShares(VariantOutcome variant) {
        return variant.gradientShares().entrySet().stream()
                .filter(share -> share.getKey().startsWith(FEATURES))
                .map(Map.Entry::getValue)
                .toList();
    }
}
