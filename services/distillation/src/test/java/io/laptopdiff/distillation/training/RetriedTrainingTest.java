package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that tries another one again, whose student is trained. */
class RetriedTrainingTest {
    @TempDir private Path home;

    private TinyDistillation tiny;
    private ArtifactStore store;
    private DistillationJob job;
    private PlanCreated origin;
    private DistillationFinished before;

    @BeforeEach
    void trainTheOrigin() throws IOException {
        tiny = TinyDistillation.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        job = new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
        origin = tiny.pruned("origin", Map.of("steps", 2));
        Recorder recorder = Recorder.ofAll();
        before = job.run(origin, recorder, recorder).orElseThrow();
        writeRequest("origin", origin.spec());
    }

    /** Writes a run's request to its place, which the first service of a run does. */
    private void writeRequest(String runId, RunSpec spec) {
        store.write(
                store.run(runId).run(),
                MessageJson.tree(new RunRequested(runId, Instant.EPOCH, spec))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }

    private PlanCreated retry(RunSpec spec) {
        return new PlanCreated("again", Instant.now(), "half", spec, origin.plan());
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.map(file -> directory.relativize(file).toString()).sorted().toList();
        }
    }

    @Test
    void shouldHaveTheStudentOfTheOriginForItsOwn() throws IOException {
        PlanCreated retry = retry(origin.spec().retry("origin", "half"));
        DistillationFinished finished = job.finished(retry).orElseThrow();

        VariantLayout old = store.run("origin").variant("half");
        VariantLayout own = store.run("again").variant("half");
        assertThat(finished.runId()).isEqualTo("again");
        assertThat(finished.spec()).isEqualTo(retry.spec());
        assertThat(finished.student()).isEqualTo(store.location(own.student()));
        assertThat(finished.finalLosses()).isEqualTo(before.finalLosses());
        assertThat(finished.steps()).isEqualTo(before.steps());
        assertThat(files(own.student())).isEqualTo(files(old.student())).isNotEmpty();
        Path weights = Path.of("unet/diffusion_pytorch_model.safetensors");
        byte[] trained = Files.readAllBytes(old.student().resolve(weights));
        assertThat(own.training()).hasSameBinaryContentAs(old.training());

        store.deleteRun("origin");
        assertThat(own.student().resolve(weights)).hasBinaryContent(trained);
        assertThat(job.finished(retry)).contains(finished);
    }

    /** The first retry failed before it had looked for a student. */
    @Test
    void shouldFindTheStudentByWayOfARetryThatHasNone() {
        RunSpec first = origin.spec().retry("origin", "half");
        writeRequest("first", first);

        DistillationFinished finished =
                job.finished(retry(first.retry("first", "half"))).orElseThrow();

        assertThat(finished.finalLosses()).isEqualTo(before.finalLosses());
    }

    @Test
    void shouldTrainAnewWhereTheOriginIsOfAnotherVersion() {
        store.write(
                store.run("origin").variant("half").distillation(),
                "{\"type\": \"DistillationFinished\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(job.finished(retry(origin.spec().retry("origin", "half")))).isEmpty();
    }

    @Test
    void shouldTrainAnewWhatWasAskedForOtherwiseOrIsNotWhole() {
        RunSpec longer = tiny.pruned("any", Map.of("steps", 3)).spec();
        assertThat(job.finished(retry(longer.retry("origin", "half")))).isEmpty();
        assertThat(job.finished(retry(origin.spec().retry("nonesuch", "half")))).isEmpty();
        PlanCreated otherPlan =
                new PlanCreated(
                        "again",
                        Instant.now(),
                        "half",
                        origin.spec().retry("origin", "half"),
                        tiny.pruning(TinyDistillation.REMOVED.subList(0, 2)));
        assertThat(job.finished(otherPlan)).isEmpty();

        store.delete(store.run("origin").variant("half").distillation());
        assertThat(job.finished(retry(origin.spec().retry("origin", "half")))).isEmpty();
    }
}
