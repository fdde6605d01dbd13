package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.ImageFiles;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.distillation.TinyDistillation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and the table that a training leaves for people. */
class SampleImagesTest {

    private static final Map<String, ?> RECIPE =
            Map.of("steps", 3, "checkpointEverySteps", 2, "seed", 5);

    @TempDir static Path home;
    private static TinyDistillation tiny;
    private static ArtifactStore store;
    private static DistillationJob job;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        job = new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
    }

    private static VariantLayout variant(PlanCreated plan) {
        return store.run(plan.runId()).variant(plan.variant());
    }

    private static List<String> names(Path directory) {
        return store.list(directory).stream().map(p -> p.getFileName().toString()).toList();
    }

    @Test
    void shouldDrawWhatThePipelinesDraw() throws IOException {
        requireDrawnAsByPipelines(tiny, tiny.pruned("drawn", RECIPE));
    }

    /** Whose pipeline guides away from zeros. */
    @Test
    void shouldDrawWhatPipelinesLikeSdxlDraw(@TempDir Path elsewhere) throws IOException {
        TinyDistillation xl = TinyDistillation.xl(elsewhere, 5);
        requireDrawnAsByPipelines(
                xl,
                xl.plan(
                        "xl",
                        "half",
                        xl.pruning(List.of("mid_block.attentions.0.transformer_blocks.0")),
                        RECIPE));
    }

    /** The pipeline, which encodes the captions itself, is the oracle. */
    private static void requireDrawnAsByPipelines(TinyDistillation tiny, PlanCreated plan)
            throws IOException {
        Recorder recorder = Recorder.ofAll();
        DistillationFinished finished = job.run(plan, recorder, recorder).orElseThrow();

        Path samples = variant(plan).samples();
        assertThat(names(samples))
                .containsExactly(
                        "samples.json", "step-000000", "step-000002", "step-000003", "teacher");
        SampleImages.Captions captions =
                Json.read(
                        Files.readAllBytes(samples.resolve("samples.json")),
                        SampleImages.Captions.class);
        assertThat(captions.seeds()).containsExactly(5L, 6L);
        try (NDManager manager = NDManager.newBaseManager()) {
            assertDrawn(tiny.teacher(), captions, samples.resolve("teacher"), manager);
            Path student = Path.of(URI.create(finished.student()));
            assertDrawn(student, captions, samples.resolve("step-000003"), manager);
        }
        assertThat(Files.readAllBytes(samples.resolve("step-000000/00000.png")))
                .isNotEqualTo(Files.readAllBytes(samples.resolve("step-000003/00000.png")));
    }

    private static void assertDrawn(
            Path directory, SampleImages.Captions captions, Path found, NDManager manager) {
        try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.load(directory, manager)) {
            List<BufferedImage> expected =
                    pipeline.generate(
                            captions.captions(),
                            captions.seeds().stream().mapToLong(seed -> seed).toArray(),
                            captions.inferenceSteps(),
                            captions.guidanceScale());
            List<BufferedImage> images = ImageFiles.read(found, 2);
            for (int i = 0; i < 2; i++) {
                assertThat(largestDifference(images.get(i), expected.get(i)))
                        .as("8-bit values of image %s, drawn in another batch", i)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    private static int largestDifference(BufferedImage one, BufferedImage other) {
        assertThat(one.getWidth()).isEqualTo(other.getWidth());
        return IntStream.range(0, one.getWidth() * one.getHeight())
                .map(
                        i -> {
                            int x = i % one.getWidth();
                            int y = i / one.getWidth();
                            return IntStream.of(0, 8, 16)
                                    .map(
                                            bits ->
                                                    Math.abs(
                                                            (one.getRGB(x, y) >> bits & 255)
                                                                    - (other.getRGB(x, y) >> bits
                                                                            & 255)))
                                    .max()
                                    .orElseThrow();
                        })
                .max()
                .orElseThrow();
    }

    @Test
    void shouldTrainTheSameWithoutThem() throws IOException {
        byte[][] weights = new byte[2][];
        for (int images = 0; images < 2; images++) {
            PlanCreated plan =
                    tiny.pruned(
                            "with-" + images,
                            Map.of("steps", 3, "checkpointEverySteps", 1, "sampleImages", images));
            Recorder recorder = Recorder.ofAll();
            assertThat(job.run(plan, recorder, recorder)).isPresent();
            assertThat(Files.exists(variant(plan).samples())).isEqualTo(images > 0);
            weights[images] =
                    Files.readAllBytes(
                            variant(plan)
                                    .student()
                                    .resolve("unet/diffusion_pytorch_model.safetensors"));
        }
        assertThat(weights[1]).isEqualTo(weights[0]);
    }

    @Test
    void shouldGoOnWhereDrawingFails() throws IOException {
        PlanCreated plan = tiny.pruned("no-room", Map.of("steps", 2));
        // a file where the directory should be
        Files.createDirectories(variant(plan).directory());
        Files.createFile(variant(plan).samples());
        Recorder recorder = Recorder.ofAll();
        assertThat(job.run(plan, recorder, recorder)).isPresent();
    }

    /** A kill right after the checkpoint must find the table there. */
    @Test
    void shouldKeepTheTableBeforeTheCheckpoint() throws IOException {
        PlanCreated plan =
                tiny.pruned(
                        "order", Map.of("steps", 2, "checkpointEverySteps", 1, "sampleImages", 0));
        List<Long> lines = new ArrayList<>();
        job.run(
                plan,
                event -> {
                    if (event instanceof CheckpointSaved) {
                        lines.add(lines(variant(plan).training()));
                    }
                },
                Interruption.NONE);
        assertThat(lines).containsExactly(2L, 3L);
    }

    private static long lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldLeaveATableWithALineForEveryStepHoweverOftenItIsBrokenOff() throws IOException {
        Map<String, ?> recipe = Map.of("steps", 5, "checkpointEverySteps", 2, "sampleImages", 0);
        PlanCreated plan = tiny.pruned("table", recipe);
        Recorder killed = Recorder.killedAfter(3);
        job.run(plan, killed, killed);
        // of a step after the checkpoint, and one that was cut off
        List<String> left = new ArrayList<>(Files.readAllLines(variant(plan).training()));
        left.add(left.get(2).replaceFirst("2,", "3,"));
        left.add("4");
        left.add("");
        Files.write(variant(plan).training(), left);
        Recorder rest = Recorder.ofAll();
        assertThat(job.run(plan, rest, rest)).isPresent();

        List<String> lines = Files.readAllLines(variant(plan).training());
        assertThat(lines.get(0))
                .startsWith("step,seconds,learning_rate,gradient_norm,total,task,output,")
                .contains(",mid_block.raw,mid_block.weight");
        assertThat(lines.stream().skip(1).map(line -> line.split(",")[0]))
                .containsExactly("1", "2", "3", "4", "5");
        int columns = lines.get(0).split(",").length;
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",")).hasSize(columns));
    }
}
