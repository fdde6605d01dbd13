package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNetConfig;
import java.util.Set;

/** The arguments of one pass: random ones of a fixed seed, a batch of one. */
final class Pass {

    /** The tokens of a caption, as CLIP pads every one. */
    static final int TOKENS = 77;

    private static final int SEED = 7;
    private static final int TIME_IDS = 6;

    private final NDArray sample; // (1, in channels, h, w)
    private final NDArray timestep; // (1)
    private final NDArray text; // (1, 77, cross attention dim)
    private final AddedConditions added;

    Pass(UNetConfig config, NDManager manager) {
        manager.getEngine().setRandomSeed(SEED);
        int size = config.sampleSize();
        sample = manager.randomNormal(new Shape(1, config.inChannels(), size, size));
        timestep = manager.full(new Shape(1), 500f);
        text = manager.randomNormal(new Shape(1, TOKENS, config.crossAttentionDim()));
        added =
                config.addition()
                        .map(
                                a ->
                                        new AddedConditions(
                                                manager.randomNormal(
                                                        new Shape(
                                                                1,
                                                                a.inputDim()
                                                                        - TIME_IDS
                                                                                * a
                                                                                        .timeEmbedDim())),
                                                manager.full(new Shape(1, TIME_IDS), 8f * size)))
                        .orElse(null);
    }

    /** Returns what a U-Net puts out without some of its units. */
    float[] run(UNet unet, Set<String> removed) {
        try (NDManager scope = sample.getManager().newSubManager()) {
            return unet.forward(sampleIn(scope), timestep, text, added, removed)
                    .sample()
                    .toFloatArray();
        }
    }

    NDArray sampleIn(NDManager scope) {
        NDArray own = sample.duplicate();
        own.attach(scope);
        return own;
    }

    NDArray timestep() {
        return timestep;
    }

    NDArray text() {
        return text;
    }

    AddedConditions added() {
        return added;
    }

    /** Returns the length of the difference over the length of what is expected. */
    static double distance(float[] found, float[] expected) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            double d = (double) found[i] - expected[i];
            difference += d * d;
            length += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / length);
    }
}
