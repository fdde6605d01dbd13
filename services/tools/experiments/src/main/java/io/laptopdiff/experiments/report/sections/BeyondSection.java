package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.report.BarChart;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What measuring joint losses adds to one shot. */
public final class BeyondSection implements Section {
    private static final String FIGURE = "beyond.svg";
    private static final List<String> WAYS = List.of("one-shot", "verified", "iterative");

    private final List<Double> ratios;
    private final double hardRatio;

    /**
     * @param ratios the hard one included
     */
    public BeyondSection(List<Double> ratios, double hardRatio) {
        this.ratios = List.copyOf(ratios);
        this.hardRatio = hardRatio;
    }

    @Override
    public String write(Results results, Map<String, String> figures) {
        MarkdownTable table =
                new MarkdownTable(
                        "plan",
                        "ratio",
                        "joint output loss after pruning",
                        "CLIP score's decline after distillation, %",
                        "retrieval, %",
                        "Fréchet distance");
        List<String> verdicts = new ArrayList<>();
        BarChart chart =
                new BarChart("decline of the CLIP score after distillation, percent", WAYS);
        for (double ratio : ratios) {
            List<Estimate> losses = new ArrayList<>();
            List<Estimate> declines = new ArrayList<>();
            for (String way : WAYS) {
                boolean once = way.equals(WAYS.get(0));
                boolean hard = ratio == hardRatio;
                String group =
                        hard
                                ? MethodExperiments.BEYOND_HARD
                                : once ? MethodExperiments.CRITERIA : MethodExperiments.BEYOND;
                String variant =
                        once && !hard
                                ? MethodExperiments.name(Criterion.OUTPUT_LOSS, ratio)
                                : way + "-" + ratio;
                losses.add(results.of(group, variant, Results::measuredLoss));
                declines.add(results.of(group, variant, Results::decline));
                table.row(
                        way,
                        Double.toString(ratio),
                        losses.get(losses.size() - 1).scientific(),
                        declines.get(declines.size() - 1).text(2),
                        results.of(group, variant, Results::retrieval).text(1),
                        results.of(group, variant, Results::frechet).text(2));
            }
            chart.group("ratio " + ratio, declines);
            verdicts.add(Verdict.of(ratio, WAYS, losses, declines));
        }
        figures.put(FIGURE, chart.svg());
        return "## 6. Beyond the paper\n\n"
                + "One shot takes the knapsack's plan; verified measures the best plans near the"
                + " optimum and takes the best measured one; iterative scores what remains again"
                + " after every two removals.\n\n"
                + table
                + "\n"
                + String.join(" ", verdicts)
                + "\n\n![One shot, verified and iterative](method/"
                + FIGURE
                + ")\n";
    }
}
