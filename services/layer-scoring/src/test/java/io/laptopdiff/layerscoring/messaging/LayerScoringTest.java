package io.laptopdiff.layerscoring.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.layerscoring.TinyRun;
import io.laptopdiff.messaging.testing.TopicLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class LayerScoringTest {

    @TempDir private static Path home;
    private static TinyRun tiny;

    @Inject ArtifactStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    private TopicLog log;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyRun.in(home);
    }

    @BeforeEach
    void openTheLog() {
        log = new TopicLog(servers);
    }

    private void request(String runId, RunSpec spec) {
        log.write(runId, new RunRequested(runId, Instant.now(), spec));
    }

    /** As the planner does once it knows that a run has started. */
    private void ask(String runId, RunSpec spec) {
        log.messages(Topics.SCORES, runId, ScoringStarted.class, 1);
        for (int slice = 0; slice < spec.calibration().slicesAtFirst(); slice++) {
            ScoreUnits task = ScoreUnits.of(runId, Instant.now(), spec, slice);
            log.write(task.taskId(), task);
        }
    }

    private List<UnitsScored> scores(String runId, int slices) {
        return log.messages(Topics.SCORES, runId, UnitsScored.class, slices);
    }

    @Test
    void shouldScoreARunInSlices() throws IOException {
        request("whole", tiny.spec());
        ask("whole", tiny.spec());

        ScoreFold fold = ScoreFold.EMPTY;
        for (UnitsScored slice : scores("whole", 2)) {
            fold = fold.with(slice);
        }
        assertThat(fold.complete()).isTrue();
        assertThat(fold.scores())
                .hasSize(38)
                .allSatisfy(unit -> assertThat(unit.all().count()).isEqualTo(4));
        ScoringStarted started =
                log.messages(Topics.SCORES, "whole", ScoringStarted.class, 1).get(0);
        assertThat(started.teacherParameters()).isEqualTo(624_100);
        assertThat(started.units()).isEqualTo(38);
        assertThat(started.spec()).isEqualTo(tiny.spec());
        byte[] written = Files.readAllBytes(store.run("whole").run());
        assertThat(MessageJson.read(written, RunRequested.class).spec()).isEqualTo(tiny.spec());
    }

    @Test
    void shouldTakeUpARepeatedRequestAndRefuseAnotherOneOfTheSameIdOnItsOwn() {
        request("twice", tiny.spec());
        log.messages(Topics.SCORES, "twice", ScoringStarted.class, 1);
        request("twice", tiny.spec());
        assertThat(log.messages(Topics.SCORES, "twice", ScoringStarted.class, 2))
                .extracting(ScoringStarted::id)
                .containsOnly("twice/scoring/started");

        request("twice", tiny.with(Map.of("seed", 1)));
        ConsumerRecord<String, String> refused =
                log.records(Topics.DEAD_LETTERS, record -> "twice".equals(record.key()), 1).get(0);
        assertThat(header(refused, "dead-letter-topic")).isEqualTo(Topics.RUNS);
        assertThat(header(refused, "dead-letter-reason"))
                .contains("belongs to a request of other content", "Choose another run id");
        assertThat(refused.value()).contains("\"seed\":1");
        assertThat(log.messages(Topics.FAILURES, "twice", StageFailed.class, 0)).isEmpty();
        assertThat(log.messages(Topics.SCORES, "twice", ScoringStarted.class, 2)).hasSize(2);
    }

    @Test
    void shouldAnswerARequestWhileASliceWaitsForItsTurn() {
        // As a training of hours would, in the same process.
        try (DeviceLease training = DeviceLease.acquire(() -> false).orElseThrow()) {
            log.write(
                    "slow",
                    new ScoreUnits(
                            "slow",
                            Instant.now(),
                            tiny.teacher().toString(),
                            tiny.with(Map.of("seed", 77)).calibration(),
                            0));
            // Long enough that the slice has begun to wait for the device.
            await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            request("bad-meanwhile", tiny.withTeacher(home.resolve("nothing")));
            assertThat(failure("bad-meanwhile").stage()).isEqualTo(Stage.SCORING);
            assertThat(log.messages(Topics.SCORES, "slow", UnitsScored.class, 0)).isEmpty();
        }
        scores("slow", 1);
    }

    @Test
    void shouldFailARunWhoseTeacherIsBadAndGoOn() {
        Path config = home.resolve("teacher/unet/config.json");
        request("bad-teacher", tiny.withTeacher(config));
        StageFailed failure = failure("bad-teacher");
        assertThat(failure.stage()).isEqualTo(Stage.SCORING);
        assertThat(failure.variant()).isNull();
        assertThat(failure.where()).isEqualTo(config.toString());
        assertThat(store.list(store.run("bad-teacher").directory()))
                .containsExactly(store.run("bad-teacher").run());

        request("bad-teacher", tiny.spec());
        log.records(Topics.DEAD_LETTERS, record -> "bad-teacher".equals(record.key()), 1);

        request("after-bad", tiny.spec());
        log.messages(Topics.SCORES, "after-bad", ScoringStarted.class, 1);
    }

    @Test
    void shouldReportARunWhoseTasksFailOnceAndGoOn() {
        Instant asked = Instant.now();
        for (int slice = 0; slice < 4; slice++) {
            log.write(
                    "gone",
                    new ScoreUnits("gone", asked, home + "/gone", tiny.calibration(4), slice));
        }
        String teacher = tiny.teacher().toString();
        log.write("gone", new ScoreUnits("gone", asked, teacher, tiny.calibration(4), 0));
        // The same key, and so the same partition: it is done after those before it.
        log.write(
                "gone",
                new ScoreUnits("after-gone", Instant.now(), teacher, tiny.calibration(1), 0));
        scores("after-gone", 1);

        List<StageFailed> failures = log.messages(Topics.FAILURES, "gone", StageFailed.class, 1);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).what()).contains("nothing lies there");
        assertThat(failures.get(0).where()).isEqualTo(home + "/gone");
        assertThat(log.messages(Topics.SCORES, "gone", UnitsScored.class, 0)).isEmpty();
    }

    @Test
    void shouldLeaveACancelledRunAlone() {
        log.write("cancelled", new RunCancelRequested("cancelled", Instant.now()));
        // Its own task on one partition, so that the cancellation is known by the time it is
        // reached.
        log.write("cancelled", new RunRequested("cancelled-sentinel", Instant.now(), tiny.spec()));
        log.messages(Topics.SCORES, "cancelled-sentinel", ScoringStarted.class, 1);
        String teacher = tiny.teacher().toString();
        log.write(
                "cancelled",
                new ScoreUnits("cancelled", Instant.now(), teacher, tiny.calibration(1), 0));
        log.write(
                "cancelled",
                new ScoreUnits("after-cancelled", Instant.now(), teacher, tiny.calibration(1), 0));
        scores("after-cancelled", 1);
        assertThat(log.messages(Topics.SCORES, "cancelled", UnitsScored.class, 0)).isEmpty();
    }

    @Test
    void shouldMeasureTheSetsThatAreAskedFor() {
        String teacher = tiny.teacher().toString();
        List<List<String>> sets =
                List.of(List.of("mid_block.resnets.0", "down_blocks.0.resnets.1"));
        log.write(
                "sets",
                new MeasureRemovals(
                        "sets",
                        Instant.now(),
                        "candidates",
                        teacher,
                        tiny.calibration(2),
                        1,
                        sets));
        RemovalsMeasured measured =
                log.messages(Topics.SCORES, "sets", RemovalsMeasured.class, 1).get(0);
        assertThat(measured.sets()).isEqualTo(sets);
        assertThat(measured.losses().get(0).count()).isEqualTo(2);
        log.write(
                "sets",
                new MeasureRemovals(
                        "no-sets",
                        Instant.now(),
                        "candidates",
                        teacher,
                        tiny.calibration(1),
                        0,
                        List.of(List.of("mid_block.resnets.9"))));
        StageFailed failure = log.messages(Topics.FAILURES, "no-sets", StageFailed.class, 1).get(0);
        assertThat(failure.what()).contains("mid_block.resnets.9");
        assertThat(failure.where()).isEqualTo("sets[0]");
    }

    @Test
    void shouldKeepUnreadableRecordsAsideAndGoOn() {
        log.write(Topics.RUNS, "garbage", "{\"type\": \"RunRequested\", oops");
        log.write(
                Topics.SCORING_TASKS,
                "garbage",
                "{\"type\": \"ScoreUnits\", \"schemaVersion\": 1}");
        List<ConsumerRecord<String, String>> dead =
                log.records(Topics.DEAD_LETTERS, record -> "garbage".equals(record.key()), 2);
        assertThat(dead)
                .extracting(record -> header(record, "dead-letter-topic"))
                .contains(Topics.RUNS, Topics.SCORING_TASKS);
        log.write("garbage", new RunRequested("after-garbage", Instant.now(), tiny.spec()));
        log.messages(Topics.SCORES, "after-garbage", ScoringStarted.class, 1);
    }

    @Test
    void shouldTellItsHealthAndWhatItDid() {
        request("measured", tiny.spec());
        ask("measured", tiny.spec());
        scores("measured", 2);
        given().get("/q/health")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("layer-scoring engine"));
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("laptopdiff_scoring_slices_seconds_count"))
                .body(containsString("laptopdiff_scoring_measured_total"))
                .body(containsString("laptopdiff_scoring_samples_total"));
    }

    private StageFailed failure(String runId) {
        return log.messages(Topics.FAILURES, runId, StageFailed.class, 1).get(0);
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
