package io.laptopdiff.evaluation.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.EvaluationProgressed;
import io.laptopdiff.contracts.EvaluationStarted;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.evaluation.TinyComparison;
import io.laptopdiff.messaging.testing.TopicLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class EvaluationTest {

    @TempDir private static Path home;
    private static TinyComparison tiny;

    @Inject ArtifactStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    private TopicLog log;

    @BeforeAll
    static void writeTheModels() throws IOException {
        tiny = TinyComparison.in(home);
    }

    @BeforeEach
    void openTheLog() {
        log = new TopicLog(servers);
    }

    private List<EvaluationFinished> finished(String runId, int count) {
        return log.messages(Topics.EVALUATION, runId, EvaluationFinished.class, count);
    }

    /** Each variant has a partition of its own, so their order among each other is by chance. */
    private static EvaluationFinished variant(String name, List<EvaluationFinished> events) {
        return events.stream()
                .filter(event -> event.variant().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Path path(EvaluationFinished event, String artifact) {
        return Path.of(URI.create(event.artifacts().get(artifact)));
    }

    @Test
    void shouldMeasureEveryVariantBesideTheTeacherThatIsMeasuredOnce() throws IOException {
        log.write("whole-run", tiny.finished("whole-run", "pruned"));
        EvaluationFinished pruned = finished("whole-run", 1).get(0);
        int widthOfTwo = ImageIO.read(path(pruned, "run-sheet").toFile()).getWidth();
        log.write("whole-run", tiny.finished("whole-run", "whole"));
        EvaluationFinished whole = variant("whole", finished("whole-run", 2));

        assertThat(pruned.teacher().parameters()).isEqualTo(624_100);
        assertThat(pruned.student().parameters()).isLessThan(624_100);
        assertThat(pruned.student().macs()).isLessThan(pruned.teacher().macs());
        assertThat(pruned.teacher().images()).isEqualTo(TinyComparison.PROMPTS);
        assertThat(pruned.student().clipScore()).isNotEqualTo(pruned.teacher().clipScore());
        assertThatNothingIsLost(whole.student(), whole.teacher());
        assertThat(whole.teacher().clipScore()).isEqualTo(pruned.teacher().clipScore());
        assertThat(whole.teacher().frechetDistance()).isEqualTo(pruned.teacher().frechetDistance());

        List<EvaluationProgressed> progress =
                log.messages(Topics.EVALUATION, "whole-run", EvaluationProgressed.class, 1);
        assertThat(progress)
                .filteredOn(event -> event.done() == event.total())
                .extracting(event -> event.variant() + ": " + event.phase())
                .containsExactlyInAnyOrder(
                        "pruned: teacher images",
                        "pruned: student images",
                        "pruned: latency",
                        "whole: student images",
                        "whole: latency");
        assertThat(log.messages(Topics.EVALUATION, "whole-run", EvaluationStarted.class, 2))
                .extracting(EvaluationStarted::images)
                .containsExactly(TinyComparison.PROMPTS, TinyComparison.PROMPTS);

        assertThat(ImageIO.read(path(whole, "run-sheet").toFile()).getWidth())
                .isGreaterThan(widthOfTwo);
        assertThat(Files.readString(path(whole, "report")))
                .contains("whole-run", "<td>pruned</td><td>whole</td>");
        assertThat(ImageIO.read(path(pruned, "sheet").toFile())).isNotNull();
        JsonNode written = Json.parse(Files.readAllBytes(path(pruned, "evaluation")));
        assertThat(written.path("images").size()).isEqualTo(TinyComparison.PROMPTS);
        assertThat(written.path("realImages").asInt()).isEqualTo(7);
        Path teacherImage = store.run("whole-run").teacherEvaluation().resolve("images/00004.png");
        assertThat(path(whole, "images").resolve("00004.png")).hasSameBinaryContentAs(teacherImage);
    }

    /** A student with all that its teacher has must draw the very same. */
    private static void assertThatNothingIsLost(Metrics student, Metrics teacher) {
        assertThat(student.parameters()).isEqualTo(teacher.parameters());
        assertThat(student.macs()).isEqualTo(teacher.macs());
        assertThat(student.clipScore()).isCloseTo(teacher.clipScore(), within(1e-9));
        assertThat(student.retrievalAccuracy()).isEqualTo(teacher.retrievalAccuracy());
        assertThat(student.frechetDistance()).isCloseTo(teacher.frechetDistance(), within(1e-9));
    }

    @Test
    void shouldPublishAgainWhatIsMeasuredAlready() {
        DistillationFinished student = tiny.finished("twice", "pruned");
        log.write("twice", student);
        finished("twice", 1);
        log.write("twice", student);

        List<EvaluationFinished> both = finished("twice", 2);

        assertThat(both.get(1)).isEqualTo(both.get(0));
        assertThat(log.messages(Topics.EVALUATION, "twice", EvaluationStarted.class, 1)).hasSize(1);
    }

    @Test
    void shouldMeasureAnewWhereTheQuestionIsAnotherOne() {
        log.write("asked-anew", tiny.finished("asked-anew", "pruned"));
        finished("asked-anew", 1);
        log.write("asked-anew", tiny.finished("asked-anew", "pruned", Map.of("seed", 7)));

        List<EvaluationFinished> both = finished("asked-anew", 2);

        assertThat(both.get(1).teacher().clipScore())
                .isNotEqualTo(both.get(0).teacher().clipScore());
    }

    @Test
    void shouldSayWhatIsWrongWhereAndHowToFixItAndGoOn() throws IOException {
        Path pickled = Files.createDirectories(home.resolve("pickled"));
        Files.copy(tiny.scorer().resolve("config.json"), pickled.resolve("config.json"));
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(tiny.scorer().resolve(file), pickled.resolve(file));
        }
        Files.writeString(pickled.resolve("pytorch_model.bin"), "pickle");
        Path empty = Files.createDirectories(home.resolve("empty"));
        Files.writeString(empty.resolve("metadata.jsonl"), "");

        log.write("bad", tiny.finished("no-scorer", "pruned", Map.of("scorer", home + "/nowhere")));
        log.write(
                "bad",
                tiny.finished("pickled-scorer", "pruned", Map.of("scorer", pickled.toString())));
        log.write("bad", tiny.finished("no-images", "pruned", Map.of("dataset", empty.toString())));
        log.write("bad", tiny.finished("no-student", "missing"));
        log.write("bad", tiny.finished("too-many-steps", "pruned", Map.of("inferenceSteps", 2000)));
        log.write("bad", tiny.finished("after-bad", "pruned"));
        finished("after-bad", 1);

        assertThat(failure("no-scorer").where()).isEqualTo(home + "/nowhere");
        assertThat(failure("pickled-scorer").what()).contains("pytorch_model.bin");
        assertThat(failure("pickled-scorer").where()).startsWith(pickled.toString());
        assertThat(failure("pickled-scorer").howToFix()).contains("safetensors");
        assertThat(failure("no-images").where()).contains("empty/metadata.jsonl");
        assertThat(failure("no-student").where()).isEqualTo(home + "/missing");
        assertThat(failure("too-many-steps").where()).isEqualTo("evaluation.inferenceSteps");
        assertThat(failure("too-many-steps").stage()).isEqualTo(Stage.EVALUATION);
        assertThat(failure("too-many-steps").variant()).isEqualTo("pruned");
        assertThat(store.run("too-many-steps").directory()).doesNotExist();
    }

    @Test
    void shouldFailAVariantBehindAShutGateAndLeaveItsReport() throws IOException {
        Map<String, Object> gate =
                Map.of(
                        "gates",
                        List.of(Map.of("score", "clip-score", "maximumDeclinePercent", -99999)));
        log.write("gated", tiny.finished("gated", "pruned", gate));

        StageFailed failed = failure("gated");

        EvaluationFinished finished = finished("gated", 1).get(0);
        assertThat(finished.gatesFailed()).containsExactly("clip-score");
        assertThat(failed.variant()).isEqualTo("pruned");
        assertThat(failed.what()).contains("clip-score", "-99999.00 %");
        assertThat(failed.where()).contains(finished.artifacts().get("report"));
        assertThat(Files.readString(path(finished, "report"))).contains("gate failed");
        assertThat(Files.readString(path(finished, "report-json"))).contains("gatesFailed");
    }

    @Test
    void shouldLeaveACancelledRunAlone() {
        log.write("cancelled", new RunCancelRequested("cancelled", Instant.now()));
        // Evaluated after the cancellation was written, though perhaps before it was read; the next
        // one is later.
        log.write("cancelled", tiny.finished("cancelled-sentinel", "pruned"));
        finished("cancelled-sentinel", 1);
        log.write("cancelled", tiny.finished("cancelled", "pruned"));
        log.write("cancelled", tiny.finished("after-cancelled", "pruned"));
        finished("after-cancelled", 1);

        assertThat(finished("cancelled", 0)).isEmpty();
        assertThat(log.messages(Topics.FAILURES, "cancelled", StageFailed.class, 0)).isEmpty();
    }

    @Test
    void shouldKeepUnreadableRecordsAsideAndGoOn() {
        log.write(Topics.DISTILLATION, "garbage", "{\"type\": \"DistillationFinished\", oops");
        log.records(Topics.DEAD_LETTERS, record -> "garbage".equals(record.key()), 1);
        log.write("garbage", tiny.finished("after-garbage", "pruned"));

        assertThat(finished("after-garbage", 1)).hasSize(1);
    }

    @Test
    void shouldTellItsHealthAndWhatItDid() {
        log.write("measured", tiny.finished("measured", "pruned"));
        finished("measured", 1);

        given().get("/q/health")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("evaluation engine"));
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("laptopdiff_evaluation_variants_seconds_count"))
                .body(containsString("laptopdiff_evaluation_images_total"));
    }

    private StageFailed failure(String runId) {
        return log.messages(Topics.FAILURES, runId, StageFailed.class, 1).get(0);
    }
}
