package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.report.BarChart;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Shows which criterion picks the layers that are least missed. */
public final class CriteriaSection implements Section {
    private static final String FIGURE = "criteria.svg";

    private final List<Double> ratios;

    public CriteriaSection(List<Double> ratios) {
        this.ratios = List.copyOf(ratios);
    }

    @Override
    public String write(Results results, Map<String, String> figures) {
        List<String> names = Arrays.stream(Criterion.values()).map(Criterion::text).toList();
        BarChart chart =
                new BarChart("decline of the CLIP score after distillation, percent", names);
        StringBuilder text = new StringBuilder("## 1. Criteria\n\n");
        text.append("The claim: the output loss finds the layers that are least missed.\n\n");
        List<String> verdicts = new ArrayList<>();
        for (double ratio : ratios) {
            MarkdownTable table =
                    new MarkdownTable(
                            "ratio " + ratio,
                            "joint output loss after pruning",
                            "CLIP score's decline after distillation, %",
                            "retrieval, %",
                            "Fréchet distance");
            List<Estimate> losses = new ArrayList<>();
            List<Estimate> declines = new ArrayList<>();
            for (Criterion criterion : Criterion.values()) {
                String variant = MethodExperiments.name(criterion, ratio);
                String group = MethodExperiments.group(criterion);
                losses.add(results.of(group, variant, Results::measuredLoss));
                declines.add(results.of(group, variant, Results::decline));
                table.row(
                        criterion.text(),
                        losses.get(losses.size() - 1).scientific(),
                        declines.get(declines.size() - 1).text(2),
                        results.of(group, variant, Results::retrieval).text(1),
                        results.of(group, variant, Results::frechet).text(2));
            }
            chart.group("ratio " + ratio, declines);
            text.append(table).append('\n');
            verdicts.add(Verdict.of(ratio, names, losses, declines));
        }
        figures.put(FIGURE, chart.svg());
        return text.append(String.join(" ", verdicts))
                .append("\n\n![Decline by criterion](method/" + FIGURE + ")\n")
                .toString();
    }
}
