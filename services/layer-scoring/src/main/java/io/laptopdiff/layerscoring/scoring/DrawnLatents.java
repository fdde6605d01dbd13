package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.json.Require;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/**
 * Latents that a teacher has drawn for the samples of a slice.
 *
 * @param channels C of each
 * @param size h = w of each
 * @param latents C h w little-endian floats each, in Base64
 */
record DrawnLatents(int channels, int size, List<String> latents) {
    DrawnLatents {
        latents = Require.someOf("latents", latents);
        for (int i = 0; i < latents.size(); i++) {
            Require.that(
                    bytes(latents.get(i)).length == Float.BYTES * channels * size * size,
                    "latents[" + i + "]",
                    latents.get(i).length() + " characters",
                    "it must hold " + channels + " x " + size + " x " + size + " floats");
        }
    }

    /** Returns one row of numbers as text, in base64. */
    static String row(float[] numbers) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Returns the latent of a sample, (1, C, h, w). */
    NDArray get(int sample, NDManager manager) {
        float[] numbers = new float[channels * size * size];
        ByteBuffer.wrap(bytes(latents.get(sample)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(numbers);
        return manager.create(numbers, new Shape(1, channels, size, size));
    }

    private static byte[] bytes(String row) {
        try {
            return Base64.getDecoder().decode(row);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
