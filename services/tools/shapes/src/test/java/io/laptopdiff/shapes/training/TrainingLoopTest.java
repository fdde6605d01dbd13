package io.laptopdiff.shapes.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {

    private static final String LAST = "step-000012";

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir Path home;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldResumeFromLastCheckpointAfterKill() throws Exception {
        Path killed = home.resolve("killed");
        kill(killed);
        Files.writeString(
                Files.createDirectory(killed.resolve(".unfinished-1"))
                        .resolve("weights.safetensors"),
                "half");

        TrainingLoop.Result resumed = TinyVaeTraining.run(killed, manager);

        TrainingLoop.Result whole = TinyVaeTraining.run(home.resolve("whole"), manager);
        assertSameBits(resumed.weights(), whole.weights());
        assertThat(resumed.progress().losses()).isEqualTo(whole.progress().losses()).hasSize(3);
        assertThat(names(killed)).containsExactly(LAST);
    }

    @Test
    void shouldNotTrainAFinishedStageAgain() throws IOException {
        TrainingLoop.Result first = TinyVaeTraining.run(home, manager);

        TrainingLoop.Result second = TinyVaeTraining.run(home, manager);

        assertSameBits(second.weights(), first.weights());
        assertThat(second.progress()).isEqualTo(first.progress());
    }

    @Test
    void shouldLowerTheLoss() throws IOException {
        List<Progress.Entry> losses = TinyVaeTraining.run(home, manager).progress().losses();

        assertThat(losses.get(2).terms().get("total"))
                .isLessThan(losses.get(0).terms().get("total"));
    }

    @Test
    void shouldStopWithStageAndStepWhereTheLossIsNotANumber() {
        Map<String, Shape> shapes = Map.of("w", new Shape(1));
        TrainingLoop loop =
                new TrainingLoop("broken", new StageRecipe(3, 1, 1, 0, 0, 1), home, manager);

        assertThatThrownBy(
                        () ->
                                loop.run(
                                        shapes,
                                        owner -> StateDict.random(shapes, 1, owner),
                                        NotANumber::new))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("broken", "NaN", "step 0");
        assertThat(names(home)).isEmpty();
    }

    private record NotANumber(StateDict weights) implements TrainingLoop.Objective {

        @Override
        public List<String> terms() {
            return List.of("loss");
        }

        @Override
        public NDList at(int step, NDManager scope) {
            return new NDList(weights.get("w").mul(Float.NaN).sum());
        }
    }

    /** Trains in a process of its own, and kills it between two checkpoints. */
    private static void kill(Path checkpoints) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(TinyVaeTraining.class.getName(), checkpoints.toString()));
        File log = checkpoints.resolveSibling("killed.log").toFile();
        Process training =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        try {
            await().atMost(Duration.ofMinutes(2))
                    .failFast(() -> assertThat(training.isAlive()).as(() -> read(log)).isTrue())
                    .until(() -> names(checkpoints).equals(List.of("step-000008")));
        } finally {
            training.destroyForcibly().waitFor();
        }
    }

    private static String read(File log) {
        try {
            return Files.readString(log.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> listing = Files.list(directory)) {
            return listing.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void assertSameBits(StateDict actual, StateDict expected) {
        assertThat(actual.names()).containsExactlyElementsOf(expected.names());
        for (String name : expected.names()) {
            assertThat(actual.get(name).toFloatArray())
                    .as(name)
                    .containsExactly(expected.get(name).toFloatArray());
        }
    }
}
