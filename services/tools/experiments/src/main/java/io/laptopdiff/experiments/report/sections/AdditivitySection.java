package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.ScatterChart;
import io.laptopdiff.experiments.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Whether the loss of a set of layers is near the sum of theirs. */
public final class AdditivitySection implements Section {
    private static final String FIGURE = "additivity.svg";
    private static final int FEWEST = 3;

    @Override
    public String write(Results results, Map<String, String> figures) {
        List<Outcome> audits = results.of(MethodExperiments.CRITERIA);
        List<AdditivityCorrelation> all = new ArrayList<>();
        audits.forEach(audit -> all.addAll(audit.additivity()));
        results.of(MethodExperiments.CLIP_SCORE).stream()
                .flatMap(audit -> audit.additivity().stream())
                .filter(found -> found.criterion() == Criterion.CLIP_SCORE)
                .forEach(all::add);
        List<Integer> sizes = new ArrayList<>();
        all.stream()
                .map(AdditivityCorrelation::size)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .forEach(sizes::add);
        sizes.add(null);
        MarkdownTable table =
                new MarkdownTable("criterion", "units in a set", "Pearson", "Spearman", "slope");
        for (Criterion criterion : Criterion.values()) {
            for (Integer size : sizes) {
                table.row(
                        criterion.text(),
                        size == null ? "any" : size.toString(),
                        of(all, criterion, size, AdditivityCorrelation::pearson).text(FEWEST),
                        of(all, criterion, size, AdditivityCorrelation::spearman).text(FEWEST),
                        of(all, criterion, size, AdditivityCorrelation::slope).scientific());
            }
        }
        figures.put(FIGURE, scatter(audits).svg());
        return "## 4. Additivity\n\n"
                + "The claim: the output loss of removing several layers goes with the sum of their"
                + " own. Random sets of each size are removed together; what is measured is always"
                + " the joint output loss, what predicts it is each criterion's sum. The figure"
                + " shows the output loss, all seeds, a colour for each size.\n\n"
                + table
                + "\n![Predicted and measured losses of random sets](method/"
                + FIGURE
                + ")\n";
    }

    private static Estimate of(
            List<AdditivityCorrelation> all,
            Criterion criterion,
            Integer size,
            ToDoubleFunction<AdditivityCorrelation> figure) {
        Stream<AdditivityCorrelation> chosen =
                all.stream()
                        .filter(c -> c.criterion() == criterion && Objects.equals(c.size(), size));
        return Estimate.of(chosen.map(figure::applyAsDouble).toList());
    }

    private static ScatterChart scatter(List<Outcome> audits) {
        List<ScatterChart.Point> points =
                audits.stream()
                        .flatMap(audit -> audit.audit().stream())
                        .map(
                                point ->
                                        new ScatterChart.Point(
                                                point.predicted().get(Criterion.OUTPUT_LOSS.text()),
                                                point.measured(),
                                                Integer.numberOfTrailingZeros(
                                                        point.units().size())))
                        .toList();
        return new ScatterChart("joint output loss of random sets", points);
    }
}
