package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * How the criterion clip-score draws its images.
 *
 * @param promptsPerSlice captions of a slice's first samples, one image each; a slice of fewer
 *     samples has fewer
 * @param inferenceSteps of the scheduler
 * @param guidanceScale of classifier-free guidance; 1 turns it off
 * @param scheduler the sampler; absent: the teacher's own
 */
public record ClipScoreSpec(
        @Default("4") int promptsPerSlice,
        @Default("20") int inferenceSteps,
        @Default("7.5") double guidanceScale,
        @MayBeAbsent SamplerName scheduler) {
    /** Few steps, for every unit has to be left out of a drawing of its own. */
    public static final ClipScoreSpec DEFAULT = new ClipScoreSpec(4, 20, 7.5, null);

    public ClipScoreSpec {
        Require.atLeast("promptsPerSlice", promptsPerSlice, 1);
        Require.atLeast("inferenceSteps", inferenceSteps, 1);
        Require.atLeast("guidanceScale", guidanceScale, 1.0);
    }

    /** The part of it that says how an image is drawn. */
    public DrawingSpec drawing() {
        return new DrawingSpec(inferenceSteps, guidanceScale, scheduler);
    }
}
