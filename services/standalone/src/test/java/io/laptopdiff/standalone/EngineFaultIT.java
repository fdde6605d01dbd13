package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.embeddedkafka.EmbeddedKafka;
import io.laptopdiff.messaging.testing.TopicLog;
import io.laptopdiff.standalone.quickstart.QuickstartMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose engine computes wrong numbers, made so on purpose. */
class EngineFaultIT {

    private static final String FAULT = "-Dlaptopdiff.engine.fault=";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Long enough for a consumer to join its group and be handed a record several times over. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

    /**
     * Of the root mean square by which a removal moves the output. A wrong form is off by a
     * percent; right ones differ by about 1e-6 in an output of size one, whatever the removal does.
     */
    private static final double NEAR = 2.5e-3;

    private static final double ROUNDING = 1e-6;

    @TempDir Path directory;

    private EmbeddedKafka broker;
    private ServiceProcesses services;
    private TopicLog log;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        services = new ServiceProcesses(directory, broker.bootstrapServers());
        log = new TopicLog(broker.bootstrapServers());
    }

    @AfterEach
    void stop() throws InterruptedException {
        services.close();
        broker.close();
    }

    @Test
    void shouldBeDownAndInNoGroupOfWorkersWhereNoFormIsRight() throws Exception {
        Map<String, URI> workers = new LinkedHashMap<>();
        for (String module : List.of("layer-scoring", "distillation", "evaluation")) {
            workers.put(module, services.start(module, module, FAULT + "LINEAR:all"));
        }
        for (Map.Entry<String, URI> worker : workers.entrySet()) {
            String module = worker.getKey();
            awaitDown(worker.getValue());
            assertThat(ServiceProcesses.readiness(worker.getValue()).body())
                    .contains(
                            module + " engine",
                            "computes wrong numbers on this machine",
                            "linear layer in fp32",
                            "laptop-diff doctor --output json");
            assertThat(services.log(module, "no job is taken")).contains("linear layer in fp32");
        }
        await().during(LEFT_ALONE).atMost(PATIENCE).until(() -> workersGroups().isEmpty());
    }

    @Test
    void shouldLeaveAJobToAReplicaThatIsRight() throws Exception {
        QuickstartMaterial material = QuickstartMaterial.below(directory.resolve("material"));
        URI wrong = services.start("layer-scoring", "wrong", FAULT + "CONVOLUTION_PADDED:all");
        awaitDown(wrong);
        ask("asked-of-both", material);
        await().during(LEFT_ALONE)
                .atMost(PATIENCE)
                .until(() -> workersGroups().isEmpty() && services.jobs("wrong") == 0);
        services.start("layer-scoring", "right");
        assertThat(scored("asked-of-both").units()).hasSize(38);
        assertThat(services.jobs("wrong")).isZero();
        assertThat(services.jobs("right")).isEqualTo(1);
        assertThat(ServiceProcesses.readiness(wrong).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldReplaceAWrongFormAndComputeTheSame() throws Exception {
        QuickstartMaterial material = QuickstartMaterial.below(directory.resolve("material"));
        services.start("layer-scoring", "right", artifacts("right"));
        awaitTopics();
        ask("right", material);
        UnitsScored expected = scored("right");
        services.stop("right");

        URI replaced =
                services.start(
                        "layer-scoring",
                        "replaced",
                        artifacts("replaced"),
                        FAULT + "CONVOLUTION,CONVOLUTION_PADDED");
        ServiceProcesses.awaitReady(replaced);
        assertThat(ServiceProcesses.readiness(replaced).body())
                .contains(
                        "replaced",
                        "convolution of blocked widths in fp32 as ",
                        "convolution of other widths in fp32 as ",
                        ", computed as ");
        assertThat(services.log("replaced", "operator refused as wrong")).hasLineCount(2);
        ask("replaced", material);
        List<UnitScore> units = scored("replaced").units();
        for (int i = 0; i < units.size(); i++) {
            double wanted = rootMeanSquare(expected.units().get(i));
            assertThat(rootMeanSquare(units.get(i)))
                    .as(units.get(i).unit())
                    .isCloseTo(wanted, within(ROUNDING + NEAR * wanted));
        }
        assertThat(units).hasSameSizeAs(expected.units());
    }

    private static double rootMeanSquare(UnitScore unit) {
        return Math.sqrt(unit.all().mean().orElseThrow());
    }

    /** In one process with all services nobody else would do the jobs, so it must not wait. */
    @Test
    void shouldEndACommandWithTheReason() throws Exception {
        Path said = directory.resolve("said");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx600m",
                                FAULT + "LINEAR:all",
                                "-jar",
                                ServiceProcesses.jar("standalone").toString(),
                                "quickstart",
                                "--data",
                                directory.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(3);
            assertThat(Files.readString(said)).contains("computes wrong numbers on this machine");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Scores are kept by content, so a worker that shall compute has none of another's. */
    private String artifacts(String name) {
        return "-Dlaptopdiff.artifacts.root=" + directory.resolve("artifacts-of-" + name);
    }

    private void ask(String runId, QuickstartMaterial material) {
        CalibrationSpec calibration = new CalibrationSpec(material.training().toString(), 2, 1, 0);
        log.write(
                runId,
                new ScoreUnits(runId, Instant.now(), material.model().toString(), calibration, 0));
    }

    private UnitsScored scored(String runId) {
        return log.messages(Topics.SCORES, runId, UnitsScored.class, 1).get(0);
    }

    private static void awaitDown(URI worker) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () -> {
                            assertThat(ServiceProcesses.readiness(worker).statusCode())
                                    .isEqualTo(503);
                            assertThat(ServiceProcesses.readiness(worker).body())
                                    .contains("computes wrong numbers");
                        });
    }

    private void awaitTopics() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            try (Admin admin = admin()) {
                                return admin.listTopics()
                                        .names()
                                        .get()
                                        .containsAll(List.of(Topics.SCORES, Topics.SCORING_TASKS));
                            }
                        });
    }

    /** Groups that hand out jobs; each process is in one of its own to hear of cancellations. */
    private List<String> workersGroups() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
                    .map(GroupListing::groupId)
                    .filter(group -> !group.startsWith("laptopdiff-cancellations-"))
                    .toList();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
