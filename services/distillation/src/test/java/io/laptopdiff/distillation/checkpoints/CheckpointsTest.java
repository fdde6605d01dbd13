package io.laptopdiff.distillation.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    private static final Losses LOSSES = new Losses(1, 0.5, 0.5, List.of());
    private static final NDManager MANAGER = NDManager.newBaseManager();

    @TempDir private static Path home;
    private static Trainee trainee;

    @TempDir Path root;
    private VariantLayout variant;
    private Checkpoints checkpoints;

    @BeforeAll
    static void makeATrainee() throws IOException {
        TinyTeacher.write(home, 1);
        UNet2DConditionModel unet = UNet2DConditionModel.load(home.resolve("unet"), MANAGER);
        trainee = Trainee.fresh(unet, Trainee.Settings.DEFAULT, MANAGER);
        trainee.optimizer().step(1e-3, 1); // gradients of 0: decay alone moves the weights
    }

    @AfterAll
    static void close() {
        trainee.close();
        MANAGER.close();
    }

    @BeforeEach
    void open() {
        ArtifactStore store = new ArtifactStore(root);
        variant = store.run("r").variant("half");
        checkpoints = new Checkpoints(store, variant, "job", false);
    }

    private void write(int... steps) {
        for (int step : steps) {
            checkpoints.write(
                    new Progress(step, 1, "job", step, LOSSES, LOSSES, new DataCursor(step, 5)),
                    trainee);
        }
    }

    @Test
    void shouldGiveBackStudentAndOptimizerBitForBit() throws IOException {
        write(3);
        Checkpoint last = checkpoints.last().orElseThrow();
        assertThat(last.directory()).isEqualTo(variant.checkpoint(3));
        assertThat(last.progress())
                .isEqualTo(new Progress(3, 1, "job", 3, LOSSES, LOSSES, new DataCursor(3, 5)));
        try (NDManager manager = NDManager.newBaseManager();
                Trainee restored =
                        last.restore(
                                trainee.student().layout(), Trainee.Settings.DEFAULT, manager)) {
            restored.student()
                    .weights()
                    .asMap()
                    .forEach((name, array) -> assertThat(bits(array)).isEqualTo(bits(name)));
            restored.optimizer().write(root, "again");
        }
        assertThat(
                        Files.mismatch(
                                root.resolve("again.safetensors"),
                                last.directory().resolve("optimizer.safetensors")))
                .isEqualTo(-1);
    }

    private static int bits(NDArray array) {
        return Arrays.hashCode(array.toFloatArray());
    }

    private static int bits(String name) {
        return bits(trainee.student().weights().get(name));
    }

    @Test
    void shouldKeepTheLastTwo() {
        write(500, 1000, 999_500, 1_000_000);
        assertThat(variant.checkpoint(500)).doesNotExist();
        assertThat(variant.checkpoint(1000)).doesNotExist();
        assertThat(checkpoints.last().orElseThrow().progress().step()).isEqualTo(1_000_000);
        write(1_000_500);
        assertThat(variant.checkpoint(999_500)).doesNotExist();
        assertThat(variant.checkpoint(1_000_000)).isDirectory();
    }

    @Test
    void shouldPassOverWhatSomebodyDamaged() throws IOException {
        write(1, 2);
        Path optimizer = variant.checkpoint(2).resolve("optimizer.safetensors");
        Files.write(optimizer, Arrays.copyOf(Files.readAllBytes(optimizer), 10_000));
        assertThat(checkpoints.last().orElseThrow().progress().step()).isEqualTo(1);
        Files.writeString(variant.checkpoint(1).resolve("checkpoint.json"), "{oops");
        assertThat(checkpoints.last()).isEmpty();
    }

    @Test
    void shouldNotTakeUpTheCheckpointOfAnotherJob() {
        write(1);
        Checkpoints others =
                new Checkpoints(new ArtifactStore(root), variant, "another job", false);
        assertThatThrownBy(others::last)
                .isInstanceOf(StageException.class)
                .hasMessageContaining(variant.checkpoint(1).toString())
                .hasMessageContaining("another id");
    }
}
