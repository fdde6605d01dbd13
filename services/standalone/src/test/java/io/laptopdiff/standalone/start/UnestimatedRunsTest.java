package io.laptopdiff.standalone.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.RunStatuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnestimatedRunsTest {

    /** Loggers are held weakly by their manager; without this one the handler may be forgotten. */
    private static final Logger LOG = Logger.getLogger(LocalRunAdmission.class.getPackageName());

    /** The machine's speed is measured meanwhile, which takes a busy one its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path home;

    private final Warnings warnings = new Warnings();
    private MeasuredTimes times;
    private LocalRunAdmission machine;

    private static final class Warnings extends Handler {
        private final List<String> texts = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord message) {
            if (message.getLevel().intValue() >= Level.WARNING.intValue()) {
                texts.add(new SimpleFormatter().formatMessage(message));
            }
        }

        @Override
        public void flush() {
            // nothing waits
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** A gateway without runs. */
    private record NoRuns() implements RunStatuses {
        @Override
        public Optional<RunStatus> find(String runId) {
            return Optional.empty();
        }

        @Override
        public List<RunStatus> all() {
            return List.of();
        }

        @Override
        public boolean ready() {
            return true;
        }
    }

    @BeforeEach
    void open() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("teacher/tokenizer"), 3);
        LOG.addHandler(warnings);
        Artifacts artifacts = Artifacts.ofFiles();
        times = new MeasuredTimes(new NoRuns(), artifacts, home.toString());
        machine =
                new LocalRunAdmission(
                        artifacts,
                        new ArtifactStore(home.resolve("artifacts")),
                        home.toString(),
                        times);
    }

    @AfterEach
    void close() {
        LOG.removeHandler(warnings);
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
    void shouldWarnOfNothingWhereAllCanBeRead() {
        machine.require(spec());
        assertThat(machine.forecast(spec())).isPresent();
        await().atMost(PATIENCE).until(() -> times.of(spec()).isPresent());
        assertThat(warnings.texts).isEmpty();
    }

    @Test
    void shouldTellWhatTheRunsOwnCheckFinds() throws IOException {
        assertThat(machine.problems(spec())).isEmpty();
        Files.delete(home.resolve("teacher/vae/diffusion_pytorch_model.safetensors"));
        Files.write(home.resolve("images/000001.png"), new byte[9]);
        assertThat(machine.problems(spec()))
                .extracting(FieldProblem::field)
                .containsExactly("teacher", "evaluation.dataset");
    }

    @Test
    void shouldSayWhyARunWasTakenInUnseen() throws IOException {
        Path config = Files.writeString(home.resolve("teacher/vae/config.json"), "{");
        assertThatCode(() -> machine.require(spec())).doesNotThrowAnyException();
        machine.require(spec());
        assertThat(warnings.texts)
                .singleElement()
                .asString()
                .contains("fits this machine is not known")
                .contains("teacher=" + home.resolve("teacher"))
                .contains("cause=", config.toString())
                .contains("fix=");
    }

    @Test
    void shouldSayWhyADryRunHasNoEstimate() throws IOException {
        Files.delete(home.resolve("clip/config.json"));
        assertThat(machine.forecast(spec())).isEmpty();
        assertThat(machine.forecast(spec())).isEmpty();
        assertThat(warnings.texts)
                .singleElement()
                .asString()
                .contains("the dry run leaves it out", "cause=", "fix=");
    }

    @Test
    void shouldSayWhyADryRunHasNoTimes() throws IOException {
        Files.delete(home.resolve("clip/config.json"));
        assertThat(times.of(spec())).isEmpty();
        await().atMost(PATIENCE).until(() -> !warnings.texts.isEmpty());
        assertThat(warnings.texts)
                .singleElement()
                .asString()
                .contains("leaves times out", "cause=", "fix=");
    }
}
