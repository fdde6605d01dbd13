package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import io.laptopdiff.evaluation.TinyComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantEvaluatorTest {

    @TempDir private static Path home;
    private static TinyComparison tiny;

    @TempDir Path root;
    private ArtifactStore store;
    private VariantEvaluator evaluator;

    /** Stops at the first step of a phase, or never. */
    private static final class Phases implements Watcher {
        private final Set<String> seen = new LinkedHashSet<>();
        private final String stopAt;

        private Phases(String stopAt) {
            this.stopAt = stopAt;
        }

        @Override
        public boolean shouldStop() {
            return seen.contains(stopAt);
        }

        @Override
        public void progressed(String phase, int done, int total, double secondsLeft) {
            seen.add(phase);
        }
    }

    @BeforeAll
    static void writeTheModels() throws IOException {
        tiny = TinyComparison.in(home);
    }

    @BeforeEach
    void openTheStore() {
        store = new ArtifactStore(root);
        evaluator =
                new VariantEvaluator(
                        Artifacts.ofFiles(),
                        store,
                        new EvaluationSettings(2, 1, Duration.ZERO, OptionalLong.empty()),
                        Devices.auto(),
                        Clock.systemUTC());
    }

    private Set<String> phasesOf(DistillationFinished student) {
        Phases phases = new Phases("never");
        evaluator.evaluate(student, phases);
        return phases.seen;
    }

    @Test
    void shouldKeepTheTeachersPartOfAnEvaluationThatWasStopped() {
        DistillationFinished student = tiny.finished("run", "pruned");
        Phases stopping = new Phases(ProgressMeter.STUDENT_IMAGES);

        assertThatThrownBy(() -> evaluator.evaluate(student, stopping))
                .isInstanceOf(EvaluationStoppedException.class);

        assertThat(store.run("run").variant("pruned").evaluation()).doesNotExist();
        assertThat(VariantArchive.of(store, student).readFor(student)).isEmpty();
        assertThat(phasesOf(student))
                .containsExactly(ProgressMeter.STUDENT_IMAGES, ProgressMeter.LATENCY);
        assertThat(VariantArchive.of(store, student).readFor(student)).isPresent();
    }

    @Test
    void shouldLeaveNothingOfATeacherThatWasNotDrawnToTheEnd() {
        assertThatThrownBy(
                        () ->
                                evaluator.evaluate(
                                        tiny.finished("run", "pruned"),
                                        new Phases(ProgressMeter.TEACHER_IMAGES)))
                .isInstanceOf(EvaluationStoppedException.class);

        assertThat(store.run("run").directory()).doesNotExist();
    }

    @Test
    void shouldMeasureATeacherAnewWhoseFilesCannotBeRead() throws IOException {
        DistillationFinished student = tiny.finished("run", "pruned");
        VariantEvaluation first = evaluator.evaluate(student, new Phases("never"));
        Path features = store.run("run").teacherEvaluation().resolve("features.safetensors");
        Files.write(features, new byte[] {1, 2, 3});

        Phases phases = new Phases("never");
        VariantEvaluation second = evaluator.evaluate(student, phases);

        assertThat(phases.seen).contains(ProgressMeter.TEACHER_IMAGES);
        assertThat(second.images()).isEqualTo(first.images());
        assertThat(second.teacherMetrics().frechetDistance())
                .isEqualTo(first.teacherMetrics().frechetDistance());
    }

    @Test
    void shouldNotTakeWhatWasMeasuredOnAnotherStudentOfTheSameName() {
        DistillationFinished student = tiny.finished("run", "pruned");
        evaluator.evaluate(student, new Phases("never"));

        DistillationFinished longer =
                new DistillationFinished(
                        "run",
                        student.occurredAt(),
                        "pruned",
                        student.spec(),
                        student.student(),
                        student.steps() + 1,
                        student.initialLosses(),
                        student.finalLosses(),
                        student.parameters(),
                        student.seconds());

        assertThat(VariantArchive.of(store, longer).readFor(longer)).isEmpty();
    }

    @Test
    void shouldScoreByEveryScorerOnThePromptsOfAListInTheFeaturesOfATorchScriptFile()
            throws IOException {
        Path second = home.resolve("second");
        TinyClip.write(second, tiny.teacher().resolve("tokenizer"), 9);
        Path list = Files.writeString(home.resolve("list.txt"), "a red circle\na blue square\n");
        Path inception = home.resolve("inception.pt");
        TorchScriptFile.write(inception, "x: Tensor", "return torch.mean(torch.to(x, 6), [2, 3])");
        Map<String, Object> spec =
                Map.of(
                        "metric",
                        "pick-score",
                        "scorers",
                        List.of(
                                Map.of("name", "clip", "location", tiny.scorer().toString()),
                                Map.of(
                                        "name",
                                        "hps",
                                        "location",
                                        second.toString(),
                                        "metric",
                                        "hps-v2")),
                        "promptList",
                        list.toString(),
                        "inception",
                        inception.toString());

        VariantEvaluation evaluation =
                evaluator.evaluate(tiny.finished("run", "whole", spec), new Phases("never"));

        assertThat(new LinkedHashSet<>(evaluation.captions()))
                .containsExactlyInAnyOrder("a red circle", "a blue square");
        Metrics student = evaluation.studentMetrics();
        assertThat(student.scores()).containsOnlyKeys("pick-score", "clip", "hps");
        // The second name is the CLIP score of the very model that the first is the PickScore of.
        assertThat(student.scores().get("clip").mean())
                .isCloseTo(student.clipScore(), within(1e-9));
        assertThat(student.scores())
                .allSatisfy(
                        (name, score) ->
                                assertThat(score.mean()).isBetween(score.low(), score.high()));
        assertThat(student.scores()).isEqualTo(evaluation.teacherMetrics().scores());
        assertThat(evaluation.declines().values())
                .allSatisfy(decline -> assertThat(decline.percent()).isZero());
        assertThat(student.frechetDistance()).isBetween(0.01, 3 * 255.0 * 255);
        assertThat(evaluation.gatesFailed()).isEmpty();
        assertThat(RunReport.teacher(evaluation, List.of()).note())
                .matches("\\d+\\.\\d M, pick-score -?\\d+\\.\\d");
        // What the student lost has a minus, what it won a plus.
        assertThat(RunReport.student(declined(evaluation, 15.64), List.of()).note())
                .endsWith(" (-15.6 %)");
        assertThat(RunReport.student(declined(evaluation, -2.04), List.of()).note())
                .endsWith(" (+2.0 %)");
    }

    private static VariantEvaluation declined(VariantEvaluation evaluation, double percent) {
        JsonNode tree = Json.tree(evaluation);
        ((ObjectNode) tree.get("declines"))
                .set("pick-score", Json.tree(new Decline(percent, percent - 1, percent + 1)));
        return Json.read(tree.toString(), VariantEvaluation.class);
    }

    @Test
    void shouldRefuseAnEmptyPromptListByItsFile() throws IOException {
        Path list = Files.writeString(home.resolve("empty.txt"), "\n");
        DistillationFinished student =
                tiny.finished("run", "pruned", Map.of("promptList", list.toString()));

        assertThatThrownBy(() -> evaluator.evaluate(student, new Phases("never")))
                .hasMessageContaining("empty.txt:1");
    }

    @Test
    void shouldRefuseATokenizerThatKnowsMoreThanTheScorer() throws IOException {
        Path scorer = home.resolve("small-vocabulary");
        Files.createDirectories(scorer);
        for (String file :
                new String[] {
                    "vocab.json", "merges.txt", "tokenizer_config.json", "model.safetensors"
                }) {
            Files.copy(tiny.scorer().resolve(file), scorer.resolve(file));
        }
        String config = Files.readString(tiny.scorer().resolve("config.json"));
        Files.writeString(
                scorer.resolve("config.json"),
                config.replaceAll("(\"vocab_size\" ?: ?)636", "$1600"));
        DistillationFinished student =
                tiny.finished("run", "pruned", Map.of("scorer", scorer.toString()));

        assertThatThrownBy(() -> evaluator.evaluate(student, new Phases("never")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("636 tokens")
                .hasMessageContaining("text_config.vocab_size");
    }
}
