package io.laptopdiff.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.design.Scale;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.outcome.OutcomeOfEvents;
import io.laptopdiff.experiments.outcome.TinyRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodReportTest {
    private static final Path PUBLISHED = Path.of("../../../docs/benchmarks");
    private static final Path SHAPES = Path.of("../shapes/model");

    @TempDir Path home;

    private static List<Experiment> experiments() {
        Material material =
                new Material(
                        SHAPES.resolve("shapes"),
                        SHAPES.resolve("shapes-clip"),
                        Path.of("training"),
                        Path.of("held-out"));
        List<Experiment> all = new ArrayList<>();
        for (long seed = 0; seed < 3; seed++) {
            all.addAll(new MethodExperiments(material, Scale.FULL).of(seed));
        }
        return all;
    }

    private String page(List<Outcome> outcomes) throws IOException {
        new MethodReport(Scale.FULL).write(new Results(outcomes), experiments().size(), home);
        return Files.readString(home.resolve("method.md"));
    }

    @Test
    void shouldAskOnlyForWhatARunCanBeAskedFor() {
        assertThat(experiments()).extracting(Experiment::name).doesNotHaveDuplicates();
        assertThat(experiments()).allSatisfy(e -> assertThat(e.spec().variants()).isNotEmpty());
    }

    @Test
    void shouldFillEveryTableAndDrawEveryFigure() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Experiment experiment : experiments()) {
            outcomes.add(
                    new OutcomeOfEvents(TinyRun.events(experiment, 4 + experiment.seed()))
                            .of(experiment, "d", "1 core"));
        }
        String page = page(outcomes);

        assertThat(page).doesNotContain("NaN", "null", "Infinity");
        assertThat(page).contains("| output-loss | 3.500 ± 0.000 | 5.00 ± 1.00 |");
        assertThat(page).contains("Outcomes: " + outcomes.size() + " of " + outcomes.size());
        assertThat(page).contains("bk-base: not reached");
        try (Stream<Path> figures = Files.list(home.resolve("method"))) {
            assertThat(figures)
                    .hasSize(9)
                    .allSatisfy(
                            figure ->
                                    assertThat(page)
                                            .contains("](method/" + figure.getFileName() + ")"));
        }
    }

    @Test
    void shouldWriteWhatThereIsBeforeAnythingIs() throws IOException {
        assertThat(page(List.of())).contains("Outcomes: 0 of").doesNotContain("NaN");
    }

    /**
     * Whoever changes a section or an outcome by hand finds that the published page is not of them.
     */
    @Test
    void shouldPublishNothingButWhatTheOutcomesSay() throws IOException {
        List<Outcome> outcomes =
                experiments().stream()
                        .map(e -> PUBLISHED.resolve("method").resolve(e.name() + ".json"))
                        .filter(Files::exists)
                        .map(MethodReportTest::read)
                        .toList();
        assertThat(page(outcomes)).isEqualTo(Files.readString(PUBLISHED.resolve("method.md")));
    }

    private static Outcome read(Path file) {
        try {
            return Json.read(Files.readAllBytes(file), Outcome.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
