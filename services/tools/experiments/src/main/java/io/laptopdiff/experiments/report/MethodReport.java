package io.laptopdiff.experiments.report;

import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.design.Scale;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.outcome.VariantOutcome;
import io.laptopdiff.experiments.report.sections.AdditivitySection;
import io.laptopdiff.experiments.report.sections.BeyondSection;
import io.laptopdiff.experiments.report.sections.CriteriaSection;
import io.laptopdiff.experiments.report.sections.FeatureLossSection;
import io.laptopdiff.experiments.report.sections.HandcraftedSection;
import io.laptopdiff.experiments.report.sections.SearchSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The page method.md and its figures, from the outcomes alone. */
public final class MethodReport {
    private final Scale scale;
    private final List<Section> sections;

    public MethodReport(Scale scale) {
        this.scale = scale;
        this.sections =
                List.of(
                        new CriteriaSection(scale.ratios()),
                        new HandcraftedSection(),
                        new FeatureLossSection(),
                        new AdditivitySection(),
                        new SearchSection(scale.allRatios()),
                        new BeyondSection(scale.allRatios(), scale.hardRatio()));
    }

    /**
     * Writes method.md and method/*.svg.
     *
     * @param results of every experiment that has an outcome
     * @param wanted how many there would be
     * @throws IOException if the disk refuses
     */
    public void write(Results results, int wanted, Path directory) throws IOException {
        Map<String, String> figures = new TreeMap<>();
        StringBuilder page = new StringBuilder(head(results, wanted));
        for (Section section : sections) {
            page.append('\n').append(section.write(results, figures));
        }
        Path pictures = Files.createDirectories(directory.resolve("method"));
        for (Map.Entry<String, String> figure : figures.entrySet()) {
            Files.writeString(pictures.resolve(figure.getKey()), figure.getValue());
        }
        Files.writeString(directory.resolve("method.md"), page.toString());
    }

    private String head(Results results, int wanted) {
        List<Outcome> outcomes = results.outcomes();
        String machines =
                outcomes.stream()
                        .map(Outcome::machine)
                        .distinct()
                        .collect(Collectors.joining("; "));
        List<String> dates = outcomes.stream().map(Outcome::date).distinct().sorted().toList();
        String failures =
                outcomes.stream()
                        .flatMap(
                                outcome ->
                                        outcome.variants().stream()
                                                .filter(v -> v.failure() != null)
                                                .map(v -> failure(outcome, v)))
                        .collect(Collectors.joining());
        return """
                # The method on the shapes model

                The claims of LAPTOP-Diff (arXiv 2404.11098), measured on the bundled model by

                    laptop-diff experiments

                which goes on where it was stopped, keeps every run's outcome in `method/`, and writes this page from
                them. Figures are mean ± standard deviation over seeds, which change calibration, training and the
                images that judge. Every student is distilled for %d steps of %d samples and judged on %d images of
                held-out captions, drawn in %d DDIM steps with guidance 4; units are scored on %d samples. The decline
                of the CLIP score is in percent of the teacher's, paired by prompt and seed.

                The teacher scores %s, with a retrieval of %s %% and a Fréchet distance of %s.

                Outcomes: %d of %d. Machine: %s. Dates: %s.
                %s"""
                .formatted(
                        scale.steps(),
                        scale.batchSize(),
                        scale.prompts(),
                        scale.inferenceSteps(),
                        scale.samples(),
                        teacher(results, v -> v.teacher().clipScore()).text(2),
                        teacher(results, v -> 100 * v.teacher().retrievalAccuracy()).text(1),
                        teacher(results, v -> v.teacher().frechetDistance()).text(2),
                        outcomes.size(),
                        wanted,
                        machines,
                        String.join(", ", dates),
                        failures.isEmpty() ? "" : "\nWhat failed:\n\n" + failures);
    }

    private static String failure(Outcome outcome, VariantOutcome variant) {
        return "- %s, %s: %s%n".formatted(outcome.experiment(), variant.name(), variant.failure());
    }

    /** Returns one value a seed: all runs of a seed draw the same images with the teacher. */
    private static Estimate teacher(Results results, Function<VariantOutcome, Double> figure) {
        return Estimate.of(
                results.of(MethodExperiments.HANDCRAFTED).stream()
                        .map(
                                outcome ->
                                        outcome.variants().stream()
                                                .filter(v -> v.teacher() != null)
                                                .findFirst())
                        .flatMap(Optional::stream)
                        .map(figure)
                        .toList());
    }
}
