package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.outcome.VariantOutcome;
import io.laptopdiff.experiments.report.BarChart;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What normalizing the feature terms does. */
public final class FeatureLossSection implements Section {
    private static final String FIGURE = "features.svg";
    private static final String FEATURES = "features.";
    private static final List<String> TITLES =
            List.of("no feature term", "none", "l2", "squared-l2");

    @Override
    public String write(Results results, Map<String, String> figures) {
        BarChart chart =
                new BarChart("decline of the CLIP score after distillation, percent", TITLES);
        StringBuilder text =
                new StringBuilder(
                        """
                        ## 3. Feature loss

                        The claim: unless the feature terms are normalized, a few of them drown the others. The same plan
                        for all; a term's share is the norm of its weighted gradient over the sum of these norms, its mean
                        over ten reports of a training.

                        """);
        for (double ratio : MethodExperiments.FEATURE_RATIOS) {
            MarkdownTable table =
                    new MarkdownTable(
                            "ratio " + ratio,
                            "CLIP score's decline, %",
                            "retrieval, %",
                            "Fréchet distance",
                            "output loss at the end",
                            "spread of the feature terms' gradient shares (max / min)",
                            "share of all feature terms, %");
            List<Estimate> declines = new ArrayList<>();
            for (String name : List.of("no-features", "none", "l2")) {
                String group = MethodExperiments.features(name, ratio);
                declines.add(row(table, results, group, name));
            }
            String ours = MethodExperiments.name(Criterion.OUTPUT_LOSS, ratio);
            declines.add(row(table, results, MethodExperiments.CRITERIA, ours));
            chart.group("ratio " + ratio, declines);
            text.append(table)
                    .append(
                            "\nThe least decline at ratio %s is that of %s.\n\n"
                                    .formatted(ratio, Verdict.least(TITLES, declines)));
        }
        figures.put(FIGURE, chart.svg());
        return text.append("![Decline by feature loss](method/" + FIGURE + ")\n").toString();
    }

    private static Estimate row(
            MarkdownTable table, Results results, String group, String variant) {
        Function<Function<VariantOutcome, Double>, Estimate> of =
                figure -> results.of(group, variant, figure);
        Estimate decline = of.apply(Results::decline);
        table.row(
                group.equals(MethodExperiments.CRITERIA) ? "squared-l2" : variant,
                decline.text(2),
                of.apply(Results::retrieval).text(1),
                of.apply(Results::frechet).text(2),
                of.apply(v -> v.finalLosses() == null ? null : v.finalLosses().output())
                        .scientific(),
                of.apply(FeatureLossSection::spread).text(1),
                of.apply(FeatureLossSection::share).text(1));
        return decline;
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
