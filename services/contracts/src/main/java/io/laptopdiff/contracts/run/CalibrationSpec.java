package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;

/**
 * The data that units are scored on.
 *
 * @param dataset location of a directory of captioned images
 * @param samples (image, timestep, noise) draws in all
 * @param slices tasks that the samples are cut into, at most as many as there are samples
 * @param seed of images, timesteps and noise
 */
public record CalibrationSpec(
        String dataset,
        @Default("128") int samples,
        @Default("8") int slices,
        @Default("0") long seed) {
    public CalibrationSpec {
        Require.text("dataset", dataset);
        Require.atLeast("samples", samples, 1);
        Require.atLeast("slices", slices, 1);
        Require.that(
                slices <= samples,
                "slices",
                slices,
                "it must be at most 'samples', which is " + samples);
    }
}
