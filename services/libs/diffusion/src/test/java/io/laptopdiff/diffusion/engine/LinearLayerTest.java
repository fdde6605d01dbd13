package io.laptopdiff.diffusion.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A linear layer is the same linear layer, however many tokens decide how it is computed. */
class LinearLayerTest {

    private static final int IN = 24;
    private static final int OUT = 40;

    /** Sums of 24 to 1200 float products in another order. */
    private static final double TOLERANCE = 2e-6;

    @ParameterizedTest
    @CsvSource({"1, 255, b", "1, 256, b", "2, 128, b", "3, 300, None", "1, 1200, b"})
    void shouldBeALinearLayerForwardAndBackward(int batch, int tokens, String bias) {
        try (NDManager manager = Devices.newCpuManager()) {
            manager.getEngine().setRandomSeed(5);
            NDArray x = leaf(manager, batch, tokens, IN);
            NDArray w = leaf(manager, OUT, IN);
            NDArray b = leaf(manager, OUT);
            NDArray down = manager.randomNormal(new Shape(batch, tokens, OUT));
            List<NDArray> expected = run("torch.linear(x, w, " + bias + ")", x, w, b, down);
            List<NDArray> found = run("__torch__.linear(x, w, " + bias + ")", x, w, b, down);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i).getShape()).isEqualTo(expected.get(i).getShape());
                double distance = norm(found.get(i).sub(expected.get(i)));
                assertThat(distance).isLessThanOrEqualTo(TOLERANCE * norm(expected.get(i)));
            }
        }
    }

    private static NDArray leaf(NDManager manager, long... shape) {
        NDArray leaf = manager.randomNormal(new Shape(shape));
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** The output, and the gradients of x, w and b. */
    private static List<NDArray> run(
            String expression, NDArray x, NDArray w, NDArray b, NDArray down) {
        List<NDArray> leaves = List.of(x, w, b);
        TorchScriptFunction function =
                CheckedOperators.function("linear", "x, w, b, d", "return " + expression);
        TorchScriptFunction loss =
                TorchScriptFunction.of(
                        "loss", "y, b, d", "return torch.sum(y * d) + 0. * torch.sum(b)");
        List<NDArray> all = new ArrayList<>();
        try (GradientTape tape = GradientTape.record()) {
            NDArray y = function.apply(x, w, b, down);
            all.add(y.stopGradient().duplicate());
            tape.backward(loss.apply(y, b, down));
        }
        for (NDArray leaf : leaves) {
            all.add(leaf.getGradient().duplicate());
            leaf.getGradient().subi(leaf.getGradient().duplicate());
        }
        return all;
    }

    private static double norm(NDArray array) {
        double sum = 0;
        for (float value : array.toFloatArray()) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
