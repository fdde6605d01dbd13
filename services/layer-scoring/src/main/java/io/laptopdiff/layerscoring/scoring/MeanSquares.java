package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;

/** Mean squares of differences, sample by sample. */
final class MeanSquares {

    private static final TorchScriptFunction PER_SAMPLE =
            TorchScriptFunction.of(
                    "mean square per sample",
                    "a, b",
                    // (B, C, h, w) to (B, C h w), then to (B)
                    "d = torch.reshape(a - b, [a.size(0), -1])\nreturn torch.mean(d * d, [1])");

    private MeanSquares() {}

    /** Returns the B mean squares of the differences of two (B, C, h, w). */
    static double[] of(NDArray a, NDArray b) {
        try (NDArray squares = PER_SAMPLE.apply(a, b)) {
            float[] single = squares.toFloatArray();
            double[] values = new double[single.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = single[i];
            }
            return values;
        }
    }
}
