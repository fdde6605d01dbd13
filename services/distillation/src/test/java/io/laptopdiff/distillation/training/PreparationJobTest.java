package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.ArtifactSource;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.FileSource;
import io.laptopdiff.contracts.PrepareShard;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.distillation.dataset.Encoding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PreparationJobTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir private static Path home;
    private static TinyDistillation tiny;
    private static RunSpec spec;

    @TempDir Path root;
    private ArtifactStore store;
    private PreparationJob worker;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
        TinyTeacher.writeImages(home.resolve("many"), 257, 4);
        spec = tiny.pruned("r", Map.of("dataset", home.resolve("many").toString())).spec();
    }

    @BeforeEach
    void openTheStore() {
        store = new ArtifactStore(root);
        worker = another();
    }

    /** A worker of another process: it shares nothing but the store. */
    private PreparationJob another() {
        return new PreparationJob(Artifacts.ofFiles(), store, Devices.auto());
    }

    private List<PrepareShard> ask(String runId) {
        return worker.tasks(runId, spec, Instant.now());
    }

    @Test
    void shouldPrepareNothingForARunThatEndsWithItsPlans() {
        assertThat(worker.tasks("r", TinyDistillation.planOnly(spec), Instant.now())).isEmpty();
    }

    private Encoding encoding() {
        return Encoding.of(store, tiny.teacher(), ImageSource.open(home.resolve("many")));
    }

    @Test
    void shouldAskForWhatIsMissingAndMakeItOnce() throws IOException {
        List<PrepareShard> tasks = ask("r");
        assertThat(tasks).extracting(PrepareShard::shard).containsExactly(0, 1);
        assertThat(another().prepare(tasks.get(1), () -> false)).isTrue();
        assertThat(ask("second")).extracting(PrepareShard::shard).containsExactly(0);

        Path shard = root.resolve("encoded/" + tasks.get(1).encoding() + "/shard-000001");
        byte[] samples = Files.readAllBytes(shard.resolve("samples.safetensors"));
        Object inode = Files.getAttribute(shard, "unix:ino");
        assertThat(worker.prepare(tasks.get(1), () -> false)).as("a redelivered record").isTrue();
        assertThat(Files.getAttribute(shard, "unix:ino")).isEqualTo(inode);
        assertThat(shard.resolve("samples.safetensors")).hasBinaryContent(samples);

        assertThat(worker.prepare(tasks.get(0), () -> false)).isTrue();
        assertThat(ask("third")).isEmpty();
    }

    @Test
    void shouldReadEachDataSetOnceWhereTasksOfSeveralRunsTakeTurns() {
        List<URI> looked = new ArrayList<>();
        PreparationJob counted =
                new PreparationJob(
                        new Artifacts(List.of(new CountedFiles(looked))), store, Devices.auto());
        RunSpec other = tiny.pruned("other", Map.of()).spec();
        PrepareShard one = counted.tasks("r", spec, Instant.now()).get(0);
        PrepareShard two = counted.tasks("other", other, Instant.now()).get(0);
        for (PrepareShard task : List.of(one, two, one, two)) {
            counted.prepare(task, () -> true);
        }
        assertThat(looked).as("data set and teacher of each run").hasSize(2 * 2);
    }

    private record CountedFiles(List<URI> looked) implements ArtifactSource {
        @Override
        public String scheme() {
            return "file";
        }

        @Override
        public Path local(URI location) {
            looked.add(location);
            return new FileSource().local(location);
        }
    }

    @Test
    void shouldDoNoHarmWhenTwoWorkersMakeTheSameShard() {
        PrepareShard task = ask("r").get(0);
        // Batch by batch, so that neither finds the other's shard before it made its own.
        CyclicBarrier batches = new CyclicBarrier(2);
        CompletableFuture<Boolean> other =
                CompletableFuture.supplyAsync(
                        () -> another().prepare(task, () -> isAlone(batches)));
        assertThat(worker.prepare(task, () -> isAlone(batches))).isTrue();
        assertThat(other.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
        assertThat(ask("again")).extracting(PrepareShard::shard).containsExactly(1);
    }

    private static boolean isAlone(CyclicBarrier others) {
        try {
            others.await(30, TimeUnit.SECONDS);
            return false;
        } catch (TimeoutException | BrokenBarrierException e) {
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldMakeNothingOfDataThatHasChangedSinceOrWhenToldToStop() {
        PrepareShard task = ask("r").get(0);
        PrepareShard other =
                new PrepareShard(
                        "r", task.occurredAt(), task.teacher(), task.dataset(), "other", 0, 2);
        assertThat(worker.prepare(other, () -> false)).isFalse();
        assertThat(worker.prepare(task, () -> true)).isFalse();
        assertThat(ask("again")).hasSize(2);
    }

    @Test
    void shouldWaitUntilOthersHaveMadeAllShards() throws Exception {
        List<PrepareShard> tasks = ask("r");
        PreparationJob maker = another();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> await("r", LONG));
        maker.prepare(tasks.get(0), () -> false);
        assertThat(waiting).isNotDone();
        maker.prepare(tasks.get(1), () -> false);
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(20));
    }

    /** A shard of large images may take far longer than anybody waits for a sign. */
    @Test
    void shouldWaitForAsLongAsBatchesOfAShardComeOut() {
        Duration patience = Duration.ofSeconds(4); // a busy machine holds a batch up for a second
        List<PrepareShard> tasks = ask("slow");
        AtomicReference<CompletableFuture<Void>> waiting = new AtomicReference<>();
        AtomicInteger batches = new AtomicInteger();
        BooleanSupplier slowly =
                () -> {
                    waiting.compareAndSet(
                            null, CompletableFuture.runAsync(() -> await("slow", patience)));
                    batches.incrementAndGet();
                    return finishes(waiting.get(), patience.dividedBy(5));
                };
        assertThat(another().prepare(tasks.get(0), slowly)).isTrue();
        assertThat(batches).hasValueGreaterThan(5);
        assertThat(another().prepare(tasks.get(1), () -> false)).isTrue();
        assertThat(waiting.get()).succeedsWithin(Duration.ofSeconds(20));
    }

    private static boolean finishes(CompletableFuture<Void> work, Duration within) {
        try {
            work.get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String runId, Duration patience) {
        try {
            worker.await(encoding(), runId, patience, () -> false);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldNotWaitForWhatNobodyWasAskedForNorForEver() throws Exception {
        await("nobody-asked", LONG);

        List<PrepareShard> tasks = ask("lost");
        await("lost", Duration.ofMillis(1));

        worker.await(encoding(), "lost", LONG, () -> true);

        Path vae = home.resolve("teacher/vae/diffusion_pytorch_model.safetensors");
        byte[] weights = Files.readAllBytes(vae);
        Files.write(vae, new byte[9]);
        try {
            // The worker named its data before, so that it finds out when it loads the encoders.
            assertThatThrownBy(() -> worker.prepare(tasks.get(0), () -> false))
                    .isInstanceOf(RuntimeException.class);
        } finally {
            Files.write(vae, weights);
        }
        await("lost", LONG);
    }
}
