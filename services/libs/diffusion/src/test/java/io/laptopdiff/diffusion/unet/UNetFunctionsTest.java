package io.laptopdiff.diffusion.unet;

import static io.laptopdiff.diffusion.unet.PlainOperators.attention;
import static io.laptopdiff.diffusion.unet.PlainOperators.conv;
import static io.laptopdiff.diffusion.unet.PlainOperators.groupNorm;
import static io.laptopdiff.diffusion.unet.PlainOperators.layerNorm;
import static io.laptopdiff.diffusion.unet.PlainOperators.linear;
import static io.laptopdiff.diffusion.unet.PlainOperators.silu;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each layer's TorchScript, forward and backward, against a composition of plain NDArray calls;
 * tolerance 1e-4.
 */
class UNetFunctionsTest {

    private static final UNetFunctions FUNCTIONS = new UNetFunctions(Arithmetic.FULL);

    private final NDManager manager = NDManager.newBaseManager();
    private final Random random = new Random(7);

    @AfterEach
    void close() {
        manager.close();
    }

    /** Arabic digits are no TorchScript. */
    @Test
    void shouldCompileWhateverTheLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(String.format("%d", 3)).isNotEqualTo("3");
            assertThat(FUNCTIONS.conv3x3(2)).isNotNull();
            assertThat(FUNCTIONS.transformerBlock(3)).isNotNull();
            assertThat(FUNCTIONS.resnet(3, 1e-5, true)).isNotNull();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldComputeResnetWithShortcut() {
        check(
                FUNCTIONS.resnet(2, 1e-5, true),
                x -> {
                    NDArray h =
                            conv(
                                    silu(groupNorm(x.get(0), 2, x.get(2), x.get(3), 1e-5)),
                                    x.get(4),
                                    x.get(5),
                                    1);
                    h = h.add(linear(x.get(1), x.get(6), x.get(7)).reshape(2, 6, 1, 1));
                    h =
                            conv(
                                    silu(groupNorm(h, 2, x.get(8), x.get(9), 1e-5)),
                                    x.get(10),
                                    x.get(11),
                                    1);
                    return conv(x.get(0), x.get(12), x.get(13), 1).add(h);
                },
                shapes("2,4,5,3 2,8 4 4 6,4,3,3 6 6,8 6 6 6 6,6,3,3 6 6,4,1,1 6"));
    }

    @Test
    void shouldComputeResnetWithoutShortcut() {
        check(
                FUNCTIONS.resnet(2, 1e-5, false),
                x -> {
                    NDArray h =
                            conv(
                                    silu(groupNorm(x.get(0), 2, x.get(2), x.get(3), 1e-5)),
                                    x.get(4),
                                    x.get(5),
                                    1);
                    h = h.add(linear(x.get(1), x.get(6), x.get(7)).reshape(2, 4, 1, 1));
                    h =
                            conv(
                                    silu(groupNorm(h, 2, x.get(8), x.get(9), 1e-5)),
                                    x.get(10),
                                    x.get(11),
                                    1);
                    return x.get(0).add(h);
                },
                shapes("2,4,5,3 2,8 4 4 4,4,3,3 4 4,8 4 4 4 4,4,3,3 4"));
    }

    @Test
    void shouldEnterAndLeaveTransformer() {
        check(
                FUNCTIONS.transformerEntry(2),
                x -> {
                    NDArray n = groupNorm(x.get(0), 2, x.get(1), x.get(2), 1e-6);
                    return linear(n.transpose(0, 2, 3, 1).reshape(2, 15, 4), x.get(3), x.get(4));
                },
                shapes("2,4,5,3 4 4 4,4 4"));
        check(
                FUNCTIONS.transformerExit(),
                x ->
                        linear(x.get(0), x.get(2), x.get(3))
                                .reshape(2, 5, 3, 4)
                                .transpose(0, 3, 1, 2)
                                .add(x.get(1)),
                shapes("2,15,4 2,4,5,3 4,4 4"));
    }

    @Test
    void shouldComputeTransformerBlock() {
        check(
                FUNCTIONS.transformerBlock(2),
                x -> {
                    NDArray h = x.get(0);
                    NDArray n = layerNorm(h, x.get(2), x.get(3));
                    h =
                            linear(
                                            attention(n, n, x.get(4), x.get(5), x.get(6), 2),
                                            x.get(7),
                                            x.get(8))
                                    .add(h);
                    n = layerNorm(h, x.get(9), x.get(10));
                    h =
                            linear(
                                            attention(
                                                    n, x.get(1), x.get(11), x.get(12), x.get(13),
                                                    2),
                                            x.get(14),
                                            x.get(15))
                                    .add(h);
                    n = layerNorm(h, x.get(16), x.get(17));
                    NDList halves = linear(n, x.get(18), x.get(19)).split(2, 2);
                    NDArray geglu = halves.get(0).mul(Activation.gelu(halves.get(1)));
                    return linear(geglu, x.get(20), x.get(21)).add(h);
                },
                shapes(
                        "2,7,4 2,3,5 4 4 4,4 4,4 4,4 4,4 4 4 4 4,4 4,5 4,5 4,4 4 4 4 32,4 32 4,16 4"));
    }

    @Test
    void shouldResampleAndConvolve() {
        check(
                FUNCTIONS.conv3x3(2),
                x -> conv(x.get(0), x.get(1), x.get(2), 2),
                shapes("2,4,5,3 6,4,3,3 6"));
        check(
                FUNCTIONS.upsample(),
                x -> {
                    // nearest neighbour from 3x2 to 5x4: source row floor(i * 3 / 5), column
                    // floor(j * 2 / 4)
                    NDArray rows =
                            x.get(0).get(":, :, {}", manager.create(new long[] {0, 0, 1, 1, 2}));
                    NDArray all = rows.get(":, :, :, {}", manager.create(new long[] {0, 0, 1, 1}));
                    return conv(all, x.get(2), x.get(3), 1);
                },
                shapes("2,4,3,2 2,1,5,4 6,4,3,3 6"),
                1);
        check(
                FUNCTIONS.convOut(2, 1e-5),
                x ->
                        conv(
                                silu(groupNorm(x.get(0), 2, x.get(1), x.get(2), 1e-5)),
                                x.get(3),
                                x.get(4),
                                1),
                shapes("2,4,5,3 4 4 6,4,3,3 6"));
    }

    private void check(
            TorchScriptFunction function,
            Function<List<NDArray>, NDArray> composition,
            List<Shape> shapes,
            int... constant) {
        List<NDArray> inputs = new ArrayList<>();
        for (Shape shape : shapes) {
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            NDArray input = manager.create(values, shape);
            input.setRequiresGradient(true);
            inputs.add(input);
        }
        NDArray[] probe = new NDArray[1];
        NDArray actual = run(in -> function.apply(in.toArray(NDArray[]::new)), inputs, probe);
        List<float[]> gradients = gradients(inputs, constant);
        NDArray expected = run(composition, inputs, probe);
        assertThat(GoldenFiles.relativeError(actual, expected))
                .as(function + " forward")
                .isLessThan(1e-4);
        List<float[]> expectedGradients = gradients(inputs, constant);
        for (int i = 0; i < gradients.size(); i++) {
            assertThat(
                            GoldenFiles.relativeError(
                                    manager.create(gradients.get(i)),
                                    manager.create(expectedGradients.get(i))))
                    .as(function + " gradient of argument " + i)
                    .isLessThan(1e-4);
        }
    }

    /** Runs forward, and backward from a fixed random weighting of the output. */
    private NDArray run(
            Function<List<NDArray>, NDArray> function, List<NDArray> inputs, NDArray[] probe) {
        try (GradientTape tape = GradientTape.record()) {
            NDArray y = function.apply(inputs);
            if (probe[0] == null) {
                probe[0] = manager.randomNormal(y.getShape());
            }
            tape.backward(y.mul(probe[0]).sum());
            return y;
        }
    }

    /**
     * The gradients so far, which are zero afterwards; those of arguments that only lend their
     * shape left out.
     */
    private static List<float[]> gradients(List<NDArray> inputs, int... constant) {
        List<float[]> gradients = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (constant.length == 0 || constant[0] != i) {
                NDArray gradient = inputs.get(i).getGradient();
                gradients.add(gradient.toFloatArray());
                gradient.subi(gradient);
            }
        }
        return gradients;
    }

    private static List<Shape> shapes(String text) {
        List<Shape> shapes = new ArrayList<>();
        for (String shape : text.split(" ")) {
            shapes.add(
                    new Shape(
                            java.util.Arrays.stream(shape.split(","))
                                    .mapToLong(Long::parseLong)
                                    .toArray()));
        }
        return shapes;
    }
}
