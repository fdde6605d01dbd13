package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.report.BarChart;
import io.laptopdiff.experiments.report.Estimate;
import io.laptopdiff.experiments.report.MarkdownTable;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.experiments.report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether a planned U-Net declines less than a handcrafted one of its size. */
public final class HandcraftedSection implements Section {
    private static final String FIGURE = "handcrafted.svg";

    @Override
    public String write(Results results, Map<String, String> figures) {
        String group = MethodExperiments.HANDCRAFTED;
        BarChart chart =
                new BarChart(
                        "decline of the CLIP score after distillation, percent",
                        List.of("handcrafted", "ours"));
        MarkdownTable table =
                new MarkdownTable(
                        "U-Net",
                        "parameters, %",
                        "CLIP score's decline, %",
                        "ours: parameters, %",
                        "ours: decline, %",
                        "ours / handcrafted",
                        "retrieval, % (ours)",
                        "Fréchet distance (ours)");
        List<String> verdicts = new ArrayList<>();
        for (String unet : MethodExperiments.UNETS) {
            String ours = MethodExperiments.ours(unet);
            Estimate theirs = results.of(group, unet, Results::decline);
            Estimate mine = results.of(group, ours, Results::decline);
            double share = mine.mean() / theirs.mean();
            chart.group(unet, List.of(theirs, mine));
            table.row(
                    unet,
                    results.of(group, unet, Results::parameters).text(1),
                    theirs.text(2),
                    results.of(group, ours, Results::parameters).text(1),
                    mine.text(2),
                    Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f", share) : "–",
                    results.of(group, unet, Results::retrieval).text(1)
                            + " ("
                            + results.of(group, ours, Results::retrieval).text(1)
                            + ")",
                    results.of(group, unet, Results::frechet).text(2)
                            + " ("
                            + results.of(group, ours, Results::frechet).text(2)
                            + ")");
            if (Double.isFinite(share)) {
                verdicts.add("%s: %s".formatted(unet, share <= 0.5 ? "reached" : "not reached"));
            }
        }
        figures.put(FIGURE, chart.svg());
        return "## 2. Ours against handcrafted\n\n"
                + "The claim: at equal parameters, a planned U-Net declines less than a handcrafted"
                + " one; the paper has 4.0 % against 8.2 % of PickScore at one half of SDXL. The"
                + " target here: at most half of the handcrafted one's decline.\n\n"
                + table
                + "\nThe target is "
                + String.join(", ", verdicts)
                + ".\n\n![Ours against handcrafted](method/"
                + FIGURE
                + ")\n";
    }
}
