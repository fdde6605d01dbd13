package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.outcome.MeasuredPlan;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.ScatterChart;
import io.laptopdiff.experiments.report.Section;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How far the plan is from the best plan that anybody measured. */
public final class SearchSection implements Section {
    private final List<Double> ratios;

    public SearchSection(List<Double> ratios) {
        this.ratios = List.copyOf(ratios);
    }

    @Override
    public String write(Results results, Map<String, String> figures) {
        MarkdownTable table =
                new MarkdownTable(
                        "ratio",
                        "plans measured",
                        "joint loss of the plan",
                        "of the best measured",
                        "plan / best",
                        "measured better than the plan",
                        "median of all");
        long won = 0;
        long held = 0;
        StringBuilder pictures = new StringBuilder();
        for (double ratio : ratios) {
            List<Outcome> searches = results.of(MethodExperiments.SEARCH + ratio);
            searches = searches.stream().filter(search -> !search.measured().isEmpty()).toList();
            table.row(
                    Double.toString(ratio),
                    of(searches, plans -> plans.size()).text(0),
                    of(searches, plans -> plan(plans).measured()).scientific(),
                    of(searches, SearchSection::best).scientific(),
                    of(searches, plans -> plan(plans).measured() / best(plans)).text(3),
                    of(searches, SearchSection::better).text(1),
                    of(searches, SearchSection::median).scientific());
            held += searches.size();
            won += searches.stream().filter(search -> better(search.measured()) == 0).count();
            String figure = "search-" + ratio + ".svg";
            List<ScatterChart.Point> points =
                    searches.stream()
                            .flatMap(search -> search.measured().stream())
                            .map(p -> new ScatterChart.Point(p.predicted(), p.measured(), 0))
                            .toList();
            figures.put(figure, new ScatterChart("plans of ratio " + ratio, points).svg());
            pictures.append("![Plans of ratio " + ratio + "](method/" + figure + ") ");
        }
        return "## 5. Against the best measured plan\n\n"
                + "The knapsack's plan has the least predicted loss. Beside it, the next best ones"
                + " by prediction and random plans of the same ratio (of which no unit could stay)"
                + " are measured.\n\n"
                + table
                + "\nNo measured plan was better in %d of %d searches.\n\n".formatted(won, held)
                + pictures.toString().strip()
                + "\n";
    }

    private static Estimate of(
            List<Outcome> searches, ToDoubleFunction<List<MeasuredPlan>> figure) {
        return Estimate.of(searches.stream().map(s -> figure.applyAsDouble(s.measured())).toList());
    }

    /** Returns the plan of the least predicted loss. */
    private static MeasuredPlan plan(List<MeasuredPlan> plans) {
        return plans.stream().min(Comparator.comparing(MeasuredPlan::predicted)).orElseThrow();
    }

    private static double best(List<MeasuredPlan> plans) {
        return plans.stream().mapToDouble(MeasuredPlan::measured).min().orElseThrow();
    }

    private static double better(List<MeasuredPlan> plans) {
        double mine = plan(plans).measured();
        return plans.stream().filter(plan -> plan.measured() < mine).count();
    }

    private static double median(List<MeasuredPlan> plans) {
        double[] sorted = plans.stream().mapToDouble(MeasuredPlan::measured).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
