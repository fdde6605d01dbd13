package io.laptopdiff.distillation.messaging;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.PrepareShard;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.ShardPrepared;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.testing.TopicLog;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class DistillationServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private static Path home;
    private static TinyDistillation tiny;

    @Inject ArtifactStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    private TopicLog log;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
    }

    @BeforeEach
    void openTheLog() {
        log = new TopicLog(servers);
    }

    private void write(PlanCreated plan) {
        log.write(plan.variantId(), plan);
    }

    /** On the partition of another plan, so that it is done after it. */
    private void writeAfter(PlanCreated before, PlanCreated plan) {
        log.write(before.variantId(), plan);
    }

    private void cancel(String runId) {
        log.write(runId, new RunCancelRequested(runId, Instant.now()));
    }

    private DistillationFinished finished(String runId, int times) {
        return log.messages(Topics.DISTILLATION, runId, DistillationFinished.class, times).get(0);
    }

    @Test
    void shouldTrainTheStudentOfAPlanAndTellOfItAsItGoes() {
        PlanCreated plan = tiny.pruned("whole", Map.of());
        write(plan);

        DistillationFinished finished = finished("whole", 1);
        assertThat(finished.spec()).isEqualTo(plan.spec());
        assertThat(finished.steps()).isEqualTo(6);
        assertThat(store.run("whole").variant("half").student().resolve("model_index.json"))
                .exists();
        DistillationStarted started =
                log.messages(Topics.DISTILLATION, "whole", DistillationStarted.class, 1).get(0);
        assertThat(started.studentParameters()).isEqualTo(plan.plan().studentParameters());
        assertThat(log.messages(Topics.DISTILLATION, "whole", CheckpointSaved.class, 3))
                .extracting(CheckpointSaved::step)
                .containsExactly(2, 4, 6);
        List<DistillationProgressed> steps =
                log.messages(Topics.DISTILLATION, "whole", DistillationProgressed.class, 2);
        assertThat(steps.get(0).step()).isEqualTo(1);
        assertThat(steps.get(steps.size() - 1).step()).isEqualTo(6);
        assertThat(
                        log.records(
                                Topics.DISTILLATION,
                                record -> record.value().contains("\"whole\""),
                                1))
                .extracting(ConsumerRecord::key)
                .containsOnly("whole/half");
        given().get("/q/health")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("distillation engine"));
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("laptopdiff_distillation_steps_seconds_count"))
                .body(containsString("laptopdiff_distillation_loss"));
    }

    @Test
    void shouldPrepareTheShardsOfARunBeforeItsPlansCome() throws IOException {
        Path images = home.resolve("many");
        TinyTeacher.writeImages(images, 2 * 256 + 1, 4);
        PlanCreated plan = tiny.pruned("ahead", Map.of("dataset", images.toString(), "steps", 1));
        log.write("ahead", new ScoringStarted("ahead", Instant.now(), plan.spec(), 624_100, 38));

        List<PrepareShard> asked =
                log.messages(Topics.PREPARATION_TASKS, "ahead", PrepareShard.class, 3);
        assertThat(asked).extracting(PrepareShard::shard).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(log.messages(Topics.PREPARATION, "ahead", ShardPrepared.class, 3))
                .extracting(ShardPrepared::shard)
                .containsExactlyInAnyOrder(0, 1, 2);
        Path encoded = store.root().resolve("encoded").resolve(asked.get(0).encoding());
        Map<Path, FileTime> before = written(encoded);
        assertThat(before).hasSize(2 * 4);

        write(plan);
        finished("ahead", 1);
        assertThat(written(encoded)).as("nothing was made twice").isEqualTo(before);
        DistillationStarted started =
                log.messages(Topics.DISTILLATION, "ahead", DistillationStarted.class, 1).get(0);
        assertThat(started.images()).isEqualTo(new TrainingImages(2 * 256 + 1, Map.of()));
    }

    /** Samples and manifests, and when they were written. */
    private static Map<Path, FileTime> written(Path encoded) throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(encoded)) {
            for (Path file :
                    tree.filter(Files::isRegularFile)
                            .filter(file -> !file.getParent().endsWith("asked"))
                            .filter(file -> !file.endsWith("worked-at"))
                            .toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    /** A file where the student belongs stands for a disk that refuses to write for a while. */
    @Test
    void shouldGoOnFromItsLastCheckpointWhereTheDiskWritesAgain() throws IOException {
        PlanCreated plan = tiny.pruned("hiccup", Map.of());
        Path student = store.run("hiccup").variant("half").student();
        Files.createDirectories(student.getParent());
        Files.createFile(student);
        write(plan);
        log.messages(Topics.DISTILLATION, "hiccup", CheckpointSaved.class, 3);
        await().pollDelay(Duration.ofSeconds(8)).until(() -> true); // of a pause of 12 s
        Files.delete(student);

        assertThat(finished("hiccup", 1).steps()).isEqualTo(6);
        assertThat(log.messages(Topics.FAILURES, "hiccup", StageFailed.class, 0)).isEmpty();
        assertThat(log.messages(Topics.DISTILLATION, "hiccup", DistillationStarted.class, 2))
                .extracting(DistillationStarted::resumedFromStep)
                .containsExactly(0, 6);
    }

    /** The first run is trained, and its evaluation is what failed. */
    @Test
    void shouldNotTrainWhatTheRunHasTrainedThatIsRetried() {
        PlanCreated origin = tiny.pruned("trained", Map.of("steps", 1));
        store.write(
                store.run("trained").run(),
                MessageJson.tree(new RunRequested("trained", Instant.now(), origin.spec()))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        write(origin);
        DistillationFinished first = finished("trained", 1);
        PlanCreated retry =
                new PlanCreated(
                        "retried",
                        Instant.now(),
                        origin.variant(),
                        origin.spec().retry("trained", origin.variant()),
                        origin.plan());
        write(retry);

        assertThat(finished("retried", 1).finalLosses()).isEqualTo(first.finalLosses());
        assertThat(log.messages(Topics.DISTILLATION, "retried", DistillationStarted.class, 0))
                .isEmpty();
        assertThat(log.messages(Topics.DISTILLATION, "retried", DistillationProgressed.class, 0))
                .isEmpty();
    }

    @Test
    void shouldOnlyRepeatTheResultOfAPlanThatComesAgain() {
        PlanCreated plan = tiny.pruned("twice", Map.of("steps", 1));
        write(plan);
        DistillationFinished first = finished("twice", 1);
        write(plan);
        assertThat(finished("twice", 2)).isEqualTo(first);
        assertThat(log.messages(Topics.DISTILLATION, "twice", DistillationStarted.class, 1))
                .hasSize(1);
    }

    @Test
    void shouldTrainNothingInARunThatEndsWithItsPlans() {
        PlanCreated plan = tiny.pruned("planned", Map.of("steps", 1));
        PlanCreated only =
                new PlanCreated(
                        plan.runId(),
                        plan.occurredAt(),
                        plan.variant(),
                        TinyDistillation.planOnly(plan.spec()),
                        plan.plan(),
                        plan.candidates());
        write(only);
        writeAfter(only, tiny.pruned("after-planned", Map.of("steps", 1)));
        finished("after-planned", 1);
        assertThat(store.run("planned").directory()).doesNotExist();
    }

    @Test
    void shouldFailTheVariantOfABadPlanAndGoOn() {
        PlanCreated bad = tiny.pruned("bad", Map.of("dataset", home.resolve("nowhere").toString()));
        write(bad);
        StageFailed failure = log.messages(Topics.FAILURES, "bad", StageFailed.class, 1).get(0);
        assertThat(failure.stage()).isEqualTo(Stage.DISTILLATION);
        assertThat(failure.variant()).isEqualTo("half");
        assertThat(failure.where()).contains("nowhere");
        assertThat(store.run("bad").directory()).doesNotExist();

        log.write(Topics.PLANS, bad.variantId(), "{\"type\": \"PlanCreated\", oops");
        writeAfter(bad, tiny.pruned("after-bad", Map.of("steps", 1)));
        finished("after-bad", 1);
        assertThat(log.records(Topics.DEAD_LETTERS, record -> record.key().equals("bad/half"), 1))
                .hasSize(1);
    }

    @Test
    void shouldStopTheTrainingOfACancelledRun() {
        PlanCreated endless =
                tiny.pruned(
                        "endless", Map.of("steps", 1_000_000, "checkpointEverySteps", 1_000_000));
        write(endless);
        try {
            log.messages(Topics.DISTILLATION, "endless", DistillationProgressed.class, 1);
        } finally {
            cancel("endless"); // in any case, for it would keep the device from the other tests
        }
        writeAfter(endless, tiny.pruned("after-endless", Map.of("steps", 1)));
        finished("after-endless", 1);
        assertThat(store.run("endless").variant("half").student()).doesNotExist();
        assertThat(log.messages(Topics.FAILURES, "endless", StageFailed.class, 0)).isEmpty();
    }

    @Test
    void shouldWaitUntilTheDeviceIsFree() {
        try (DeviceLease other = DeviceLease.acquire(() -> false).orElseThrow()) {
            write(tiny.pruned("waiting", Map.of("steps", 1)));
            await().during(Duration.ofMillis(700))
                    .atMost(PATIENCE)
                    .until(() -> !store.run("waiting").directory().toFile().exists());
        }
        finished("waiting", 1);
    }
}
