package io.laptopdiff.diffusion.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.ResidentMemory;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The optimizer's steps, and what keeping its state takes. */
class AdamWTest {

    private static final int TENSORS = 16;
    private static final long ELEMENTS = 1L << 20;
    private static final long MOMENTS = 2 * TENSORS * ELEMENTS * Float.BYTES; // 134 MB

    private static final double RATE = 1e-2;
    private static final double MOST = 4;

    @TempDir Path home;

    @Test
    void shouldKeepItsStateWithoutASecondCopyOfIt() throws IOException {
        try (NDManager manager = Devices.newCpuManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (int i = 0; i < TENSORS; i++) {
                arrays.put("w" + i, manager.ones(new Shape(ELEMENTS)));
            }
            try (StateDict parameters = StateDict.of(arrays, manager);
                    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULT, manager)) {
                write(optimizer); // what the first time takes for good, such as a buffer
                long before = ResidentMemory.nativeBytes();
                long peak = ResidentMemory.peakNativeBytes(() -> write(optimizer));
                assertThat(peak - before).isLessThan(MOMENTS / 4);
                assertThat(Files.size(home.resolve("optimizer.safetensors")))
                        .isBetween(MOMENTS, MOMENTS + 10_000);
            }
        }
    }

    /** Algorithm 2 of Loshchilov and Hutter in double precision, after clip_grad_norm_. */
    @Test
    void shouldClipByTheGlobalNormAndForgetTheGradients() {
        float[][] gradients = {{3, -4, 12}, {0.5f, 0.25f, -2}, {-30, 1, 4}};
        double[] expected = {1, 1, 1};
        double[] first = new double[3];
        double[] second = new double[3];
        try (NDManager manager = Devices.newCpuManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            arrays.put("w", manager.ones(new Shape(3)));
            try (StateDict parameters = StateDict.of(arrays, manager);
                    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULT, manager)) {
                parameters.requireGradients();
                for (int t = 1; t <= gradients.length; t++) {
                    float[] gradient = gradients[t - 1];
                    double norm = norm(gradient);
                    try (GradientTape tape = GradientTape.record();
                            NDArray slope = manager.create(gradient);
                            NDArray product = parameters.get("w").mul(slope);
                            NDArray loss = product.sum()) {
                        tape.backward(loss);
                    }
                    assertThat(optimizer.step(RATE, MOST)).isCloseTo(norm, within(1e-5 * norm));
                    assertThat(optimizer.gradientNorm()).isZero();
                    double factor = norm > MOST ? MOST / (norm + 1e-6) : 1;
                    for (int i = 0; i < expected.length; i++) {
                        double g = gradient[i] * factor;
                        first[i] = 0.9 * first[i] + 0.1 * g;
                        second[i] = 0.999 * second[i] + 0.001 * g * g;
                        double m = first[i] / (1 - Math.pow(0.9, t));
                        double v = second[i] / (1 - Math.pow(0.999, t));
                        expected[i] -= RATE * (0.01 * expected[i] + m / (Math.sqrt(v) + 1e-8));
                    }
                    float[] found = parameters.get("w").toFloatArray();
                    for (int i = 0; i < expected.length; i++) {
                        assertThat((double) found[i]).isCloseTo(expected[i], within(1e-6));
                    }
                }
            }
        }
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    private void write(AdamW optimizer) {
        try {
            optimizer.write(home, "optimizer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
