package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * The data that units are scored on.
 *
 * @param dataset location of a directory of captioned images; absent where the teacher draws them
 * @param samples (image, timestep, noise) draws in all
 * @param slices tasks that the samples are cut into, at most as many as there are samples
 * @param seed of images, timesteps and noise
 * @param prompts location of a list of prompts that the teacher draws the images from; absent where
 *     there is a dataset
 * @param firstSlices slices that are scored at first; twice as many follow, and so on, until the
 *     plans do not change within the standard errors. Absent: all at once
 * @param drawing how the teacher draws from the prompts; absent where there are none, or by {@link
 *     DrawingSpec#DEFAULT}
 */
public record CalibrationSpec(
        @MayBeAbsent String dataset,
        @Default("128") int samples,
        @Default("8") int slices,
        @Default("0") long seed,
        @MayBeAbsent String prompts,
        @MayBeAbsent Integer firstSlices,
        @MayBeAbsent DrawingSpec drawing) {
    public CalibrationSpec {
        Require.that(
                (dataset == null) != (prompts == null),
                "dataset",
                dataset == null ? "absent" : dataset,
                "a calibration has exactly one of 'dataset' and 'prompts'");
        Require.text("dataset", dataset == null ? prompts : dataset);
        Require.atLeast("samples", samples, 1);
        Require.atLeast("slices", slices, 1);
        Require.that(
                slices <= samples,
                "slices",
                slices,
                "it must be at most 'samples', which is " + samples);
        if (firstSlices != null) {
            Require.that(
                    firstSlices >= 1 && firstSlices <= slices,
                    "firstSlices",
                    firstSlices,
                    "it must be from 1 to 'slices', which is " + slices);
        }
        Require.that(
                drawing == null || prompts != null,
                "drawing",
                "present",
                "it says how the teacher draws from 'prompts', and there are none");
    }

    /**
     * Makes a calibration that is drawn, where there are prompts, by {@link DrawingSpec#DEFAULT}.
     */
    public CalibrationSpec(
            String dataset,
            int samples,
            int slices,
            long seed,
            String prompts,
            Integer firstSlices) {
        this(dataset, samples, slices, seed, prompts, firstSlices, null);
    }

    /** Makes a calibration on a data set, all slices at once. */
    public CalibrationSpec(String dataset, int samples, int slices, long seed) {
        this(dataset, samples, slices, seed, null, null, null);
    }

    /** Returns the same calibration elsewhere; of the two locations one is null, as before. */
    public CalibrationSpec at(String otherDataset, String otherPrompts) {
        return new CalibrationSpec(
                otherDataset, samples, slices, seed, otherPrompts, firstSlices, drawing);
    }

    /** Returns how the teacher draws from the prompts. */
    public DrawingSpec drawingOrDefault() {
        return drawing == null ? DrawingSpec.DEFAULT : drawing;
    }

    /** Returns the slices that are asked for before the planner asks for more. */
    public int slicesAtFirst() {
        return firstSlices == null ? slices : firstSlices;
    }
}
