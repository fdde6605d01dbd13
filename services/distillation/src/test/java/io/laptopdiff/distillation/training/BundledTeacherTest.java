package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledTeacherTest {

    private static final Path SHAPES = Path.of("../tools/shapes/model/shapes");

    @TempDir Path home;

    /** Its innermost stage is wider than the one before it. */
    @Test
    void shouldTrainBkTinyOfTheBundledModel() throws IOException {
        TinyDistillation tiny = new TinyDistillation(home);
        copy(SHAPES, tiny.teacher());
        TinyTeacher.writeImages(tiny.images(), 3, 2);
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        PlanCreated plan = tiny.handcrafted("shapes", HandcraftedUNet.BK_TINY, Map.of("steps", 2));
        Recorder recorder = Recorder.ofAll();
        DistillationJob job =
                new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
        assertThat(job.run(plan, recorder, recorder)).isPresent();
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline student =
                        StableDiffusionPipeline.load(
                                store.run("shapes").variant(plan.variant()).student(), manager)) {
            assertThat(student.unet().parameters()).isEqualTo(plan.plan().studentParameters());
            assertThat(
                            student.unet()
                                    .weights()
                                    .get("up_blocks.0.resnets.0.conv1.weight")
                                    .getShape()
                                    .getShape())
                    .containsExactly(64, 64 + 64, 3, 3);
            assertThat(student.generate(List.of("a red circle"), new long[] {1}, 2, 2)).hasSize(1);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
