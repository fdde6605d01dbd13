package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * How the teacher draws the samples of a calibration set.
 *
 * @param inferenceSteps of the scheduler
 * @param guidanceScale of classifier-free guidance; 1 turns it off
 * @param scheduler the sampler; absent: the teacher's own
 */
public record DrawingSpec(
        @Default("25") int inferenceSteps,
        @Default("7.5") double guidanceScale,
        @MayBeAbsent SamplerName scheduler) {
    /** The drawing where nothing else is said, as evaluations draw. */
    public static final DrawingSpec DEFAULT = new DrawingSpec(25, 7.5, null);

    public DrawingSpec {
        Require.atLeast("inferenceSteps", inferenceSteps, 1);
        Require.atLeast("guidanceScale", guidanceScale, 1.0);
    }
}
