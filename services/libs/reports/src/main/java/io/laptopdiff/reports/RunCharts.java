package io.laptopdiff.reports;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other stages left of a run, as pieces of its page: scores, frontier, training and images on
 * the way. What is missing, or cannot be read, is left out.
 */
public final class RunCharts {
    private static final Logger LOG = LoggerFactory.getLogger(RunCharts.class);

    private static final int MOST_POINTS = 300;
    private static final int MOST_DRAWINGS = 6;

    private final RunLayout run;
    private final ArtifactStore store;
    private final List<String> variants;

    /**
     * @param variants whose pieces are wanted
     */
    public RunCharts(ArtifactStore store, String runId, List<String> variants) {
        this.store = store;
        this.run = store.run(runId);
        this.variants = variants;
    }

    /** Returns HTML, possibly empty. */
    public String html() {
        StringBuilder html = new StringBuilder();
        for (String variant : variants) {
            html.append(scores(variant));
        }
        html.append(frontier()).append(audit());
        for (String variant : variants) {
            html.append(training(variant)).append(drawings(variant));
        }
        return html.toString();
    }

    private String scores(String variant) {
        JsonNode scores = read(run.scores());
        Set<String> removed = new HashSet<>();
        read(run.variant(variant).plan())
                .at("/plan/removedUnits")
                .forEach(unit -> removed.add(unit.asText()));
        if (removed.isEmpty()) { // handcrafted: its cut does not follow the scores
            return "";
        }
        List<SvgChart.Bar> bars = new ArrayList<>();
        for (JsonNode unit : scores.path("units")) {
            String name = unit.path("unit").asText();
            JsonNode score = unit.path("score");
            bars.add(
                    new SvgChart.Bar(
                            name,
                            score.path("mean").asDouble(),
                            score.path("standardError").asDouble(),
                            removed.contains(name)));
        }
        return SvgChart.bars(
                "Scores (output loss) in the order of execution; what "
                        + variant
                        + " leaves out is faded",
                bars);
    }

    private String frontier() {
        List<double[]> points = new ArrayList<>();
        for (JsonNode point : read(run.frontier()).path("points")) {
            points.add(
                    new double[] {
                        point.path("ratio").asDouble(), point.path("predictedLoss").asDouble()
                    });
        }
        return SvgChart.lines(
                "Frontier: predicted loss of the best plan",
                "share of the parameters removed",
                List.of(new SvgChart.Line("predicted loss", points)));
    }

    /** The planner's own drawing. */
    private String audit() {
        try {
            return "<figure><figcaption>Joint losses of random sets beside the sums of their scores</figcaption>\n"
                    + Files.readString(run.additivityPlot())
                    + "</figure>\n";
        } catch (IOException e) {
            LOG.debug("no audit run={}", run.directory(), e);
            return "";
        }
    }

    private JsonNode read(Path file) {
        try {
            return Json.parse(Files.readAllBytes(file));
        } catch (IOException | InvalidMessageException e) {
            LOG.debug("not for the report file={}", file, e);
            return Json.tree(List.of());
        }
    }

    private String training(String variant) {
        List<String> lines;
        try {
            lines = Files.readAllLines(run.variant(variant).training());
        } catch (IOException e) {
            LOG.debug("no table of the training variant={}", variant, e);
            return "";
        }
        if (lines.isEmpty()) {
            return "";
        }
        List<String> names = List.of(lines.get(0).split(","));
        List<double[]> steps = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            row(line, names.size()).ifPresent(steps::add);
        }
        steps = thinned(steps);
        List<SvgChart.Line> losses = new ArrayList<>();
        List<SvgChart.Line> features = new ArrayList<>();
        for (int column = 0; column < names.size(); column++) {
            String name = names.get(column);
            if (Set.of("total", "task", "output").contains(name)) {
                losses.add(line(name, column, steps));
            } else if (name.endsWith(".raw")) {
                features.add(line(name.replace(".raw", ""), column, steps));
            }
        }
        return SvgChart.lines("Losses of " + variant, "step", losses)
                + SvgChart.lines("Feature terms of " + variant + ", raw", "step", features);
    }

    /** Reads a line's numbers; empty where the line is damaged. */
    private static Optional<double[]> row(String line, int columns) {
        try {
            double[] row =
                    Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
            return row.length == columns ? Optional.of(row) : Optional.empty();
        } catch (NumberFormatException e) {
            LOG.debug("not for the report line={}", line, e);
            return Optional.empty();
        }
    }

    /** Returns as many steps as a chart can show, the first and the last among them. */
    private static List<double[]> thinned(List<double[]> steps) {
        int count = Math.min(MOST_POINTS, steps.size());
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                steps.get(
                                        count == 1
                                                ? 0
                                                : (int)
                                                        ((long) i
                                                                * (steps.size() - 1)
                                                                / (count - 1))))
                .toList();
    }

    private static SvgChart.Line line(String name, int column, List<double[]> steps) {
        return new SvgChart.Line(
                name, steps.stream().map(step -> new double[] {step[0], step[column]}).toList());
    }

    /** The first caption: the teacher's image, then the student's as it learnt. */
    private String drawings(String variant) {
        VariantLayout layout = run.variant(variant);
        List<Path> steps =
                store.list(layout.samples()).stream()
                        .filter(p -> p.getFileName().toString().startsWith("step-"))
                        .sorted(Comparator.comparing(RunCharts::step))
                        .toList();
        if (steps.isEmpty()) {
            return "";
        }
        StringBuilder html =
                new StringBuilder("<figure><figcaption>Images of ")
                        .append(Html.escaped(variant))
                        .append(" on the way</figcaption><div class=\"strip\">\n");
        image(html, layout.samples().resolve("teacher"), "teacher");
        int count = Math.min(MOST_DRAWINGS, steps.size());
        for (int i = 0; i < count; i++) {
            Path step = steps.get(count == 1 ? 0 : i * (steps.size() - 1) / (count - 1));
            image(html, step, "step " + step(step));
        }
        return html.append("</div></figure>\n").toString();
    }

    private static long step(Path directory) {
        return Long.parseLong(directory.getFileName().toString().replaceAll("\\D", ""));
    }

    private static void image(StringBuilder html, Path directory, String label) {
        try {
            byte[] png = Files.readAllBytes(directory.resolve("00000.png"));
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<span><img src=\"data:image/png;base64,%s\" alt=\"%s\"/><br/>%s</span>\n",
                            Base64.getEncoder().encodeToString(png),
                            label,
                            label));
        } catch (IOException e) {
            LOG.debug("not for the report directory={}", directory, e);
        }
    }
}
