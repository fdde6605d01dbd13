package io.laptopdiff.standalone.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.gateway.runs.RunStatuses;
import io.laptopdiff.gateway.status.RunFold;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measurements of a dry run, and trainings of the same process. */
class MeasuredTimesTest {
    /** The machine's speed is measured meanwhile, which takes a busy one its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Longer than a measurement takes to open its first tape. */
    private static final Duration A_WHILE = Duration.ofSeconds(8);

    @TempDir private Path home;

    private final Runs runs = new Runs();
    private MeasuredTimes times;

    /** A gateway with the runs that a test says. */
    private static final class Runs implements RunStatuses {
        private volatile List<RunStatus> all = List.of();

        @Override
        public Optional<RunStatus> find(String runId) {
            return all.stream().filter(run -> run.runId().equals(runId)).findFirst();
        }

        @Override
        public List<RunStatus> all() {
            return all;
        }

        @Override
        public boolean ready() {
            return true;
        }

        void begin(RunSpec spec) {
            RunRequested run = new RunRequested("at-work", Instant.now(), spec);
            all = List.of(RunFold.empty("at-work").with(run).status());
        }
    }

    @BeforeEach
    void open() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("teacher/tokenizer"), 3);
        times = new MeasuredTimes(runs, Artifacts.ofFiles(), home.toString());
    }

    @AfterEach
    void close() {
        times.stop();
    }

    private RunSpec spec() {
        return Json.read(
                """
                {"teacher": "%1$s/teacher", "calibration": {"dataset": "%1$s/images", "samples": 4, "slices": 1},
                 "variants": [{"ratio": 0.5}],
                 "distillation": {"dataset": "%1$s/images", "steps": 10, "batchSize": 2},
                 "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s/images", "prompts": 4}}"""
                        .formatted(home),
                RunSpec.class);
    }

    @Test
    void shouldLeaveTheDeviceToATrainingAndMeasureAfterIt() {
        try (DeviceLease training = DeviceLease.acquire(() -> false).orElseThrow();
                NDManager manager = Devices.newCpuManager()) {
            // The question comes before the gateway has heard that the training began.
            assertThat(times.of(spec())).isEmpty();
            Instant end = Instant.now().plus(A_WHILE);
            while (Instant.now().isBefore(end)) {
                step(manager);
            }
            assertThat(times.of(spec())).isEmpty();
        }
        await().atMost(PATIENCE).until(() -> times.of(spec()).isPresent());
    }

    /** As every step of a training, it records gradients, which one at a time may do. */
    private static void step(NDManager manager) {
        try (NDArray weight = manager.ones(new Shape(64, 64))) {
            weight.setRequiresGradient(true);
            try (GradientTape tape = GradientTape.record();
                    NDArray loss = weight.sum()) {
                tape.backward(loss);
            }
        }
    }

    @Test
    void shouldGiveWayToARunThatBegins() throws InterruptedException {
        times.of(spec());
        runs.begin(spec());
        DeviceLease.acquire(() -> false).orElseThrow().close();
        assertThat(times.of(spec())).isEmpty();
        Thread.sleep(A_WHILE.toMillis());
        assertThat(times.of(spec())).as("nothing is measured while it goes on").isEmpty();
    }
}
