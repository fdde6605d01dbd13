package io.laptopdiff.diffusion.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.ParameterServer;
import ai.djl.training.ParameterStore;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The CPU as several devices: DJL's parameter server takes one device twice. */
class MirroredWeightsTest {

    private static final double TOLERANCE = 1e-6;
    private static final Map<String, Shape> SHAPES =
            Map.of("a", new Shape(3, 4), "b", new Shape(5));

    private final NDManager manager = NDManager.newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        manager.close();
    }

    /** One set of weights on some devices. */
    private final class Mirrored {
        final StateDict weights = StateDict.random(SHAPES, 3, manager);
        final List<StateDict> all = new ArrayList<>(List.of(weights));
        final AdamW optimizer;
        final MirroredWeights mirrored;

        Mirrored(int devices) {
            weights.requireGradients();
            for (int i = 1; i < devices; i++) {
                StateDict copy = weights.copy(manager);
                copy.requireGradients();
                all.add(copy);
            }
            optimizer = new AdamW(weights, AdamW.Settings.DEFAULT, manager);
            mirrored = new MirroredWeights(weights, optimizer, all.subList(1, devices), manager);
        }

        /** Adds factor x (2w - 1) to every gradient of one device. */
        void accumulate(int device, double factor) {
            try (NDManager scope = manager.newSubManager();
                    GradientTape tape = GradientTape.record()) {
                for (NDArray weight : all.get(device).arrays()) {
                    NDArray alias = weight.reshape(weight.getShape());
                    alias.attach(scope);
                    tape.backward(
                            TorchScriptFunction.of(
                                            "test loss",
                                            "w",
                                            "return torch.sum(w * w - w) * " + factor)
                                    .apply(alias));
                }
            }
        }

        float[] values(int device) {
            return all.get(device).get("a").toFloatArray();
        }
    }

    @Test
    void shouldStepAsOneDeviceWithTheSumOfTheGradients() {
        Mirrored one = new Mirrored(1);
        Mirrored three = new Mirrored(3);
        for (int step = 0; step < 4; step++) {
            one.accumulate(0, 1);
            three.accumulate(0, 0.5);
            three.accumulate(1, 0.3);
            three.accumulate(2, 0.2);
            double clip = step % 2 == 0 ? 0.1 : Double.POSITIVE_INFINITY;
            double norm = one.mirrored.step(1e-2, clip);
            assertThat(three.mirrored.step(1e-2, clip)).isCloseTo(norm, offset(TOLERANCE * norm));
            assertThat(three.values(0)).containsExactly(one.values(0), offset((float) TOLERANCE));
            assertThat(three.values(1)).isEqualTo(three.values(0));
            assertThat(three.values(2)).isEqualTo(three.values(0));
        }
    }

    /** The first AdamW step is the learning rate against the gradient's sign, and the decay. */
    @Test
    void shouldMoveEveryWeightOnceAStepByTheSignOfTheSum() {
        Mirrored two = new Mirrored(2);
        float[] before = two.values(0);
        two.accumulate(0, 1);
        two.accumulate(1, 2);
        two.mirrored.step(1e-3, Double.POSITIVE_INFINITY);
        float[] after = two.values(1);
        for (int i = 0; i < before.length; i++) {
            double expected = before[i] * (1 - 1e-3 * 0.01) - 1e-3 * Math.signum(2 * before[i] - 1);
            assertThat((double) after[i]).isCloseTo(expected, offset(1e-6));
        }
    }

    @Test
    void shouldLeaveNeitherGradientsNorArraysBehind() {
        Mirrored two = new Mirrored(2);
        two.accumulate(1, 1);
        two.mirrored.zeroGradients();
        int arrays = ((PtNDManager) manager).getManagedArrays().size();
        for (int i = 0; i < 3; i++) {
            two.accumulate(0, 1);
            two.accumulate(1, -1);
            assertThat(two.mirrored.step(0, 1)).isCloseTo(0, offset(1e-6));
        }
        for (StateDict weights : two.all) {
            try (NDArray gradient = weights.get("a").getGradient()) {
                assertThat(gradient.toFloatArray()).containsOnly(0);
            }
        }
        assertThat(((PtNDManager) manager).getManagedArrays()).hasSize(arrays);
    }

    /** Why DJL's store is not what holds the copies; should it change, this is the place. */
    @Test
    void shouldKnowThatTheParameterStoreRefusesTheCpuTwice() {
        try (ParameterServer server =
                Engine.getEngine("PyTorch")
                        .newParameterServer(new SummedGradients(new Mirrored(1).optimizer, 1))) {
            Device[] twice = {Device.of("cpu", 0), Device.of("cpu", 1)};
            assertThat(twice[0]).isSameAs(twice[1]);
            assertThatThrownBy(
                            () ->
                                    new ParameterStore(manager, false)
                                            .setParameterServer(server, twice))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Duplicated devices");
        }
    }

    @Test
    void shouldRecordOnTwoThreadsAtOnce() throws InterruptedException {
        Mirrored two = new Mirrored(2);
        try (GradientTape tape = GradientTape.record()) {
            Thread other =
                    new Thread(
                            () -> {
                                try (GradientTape own = tape.branch();
                                        NDManager scope = manager.newSubManager()) {
                                    NDArray weight = two.all.get(1).get("b");
                                    NDArray alias = weight.reshape(weight.getShape());
                                    alias.attach(scope);
                                    own.backward(
                                            TorchScriptFunction.of(
                                                            "sum", "w", "return torch.sum(w)")
                                                    .apply(alias));
                                }
                            });
            other.start();
            other.join(10_000);
        }
        try (NDArray gradient = two.all.get(1).get("b").getGradient();
                NDArray untouched = two.all.get(0).get("b").getGradient()) {
            assertThat(gradient.toFloatArray()).containsOnly(1);
            assertThat(untouched.toFloatArray()).containsOnly(0);
        }
    }
}
