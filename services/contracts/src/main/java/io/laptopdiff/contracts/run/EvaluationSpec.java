package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.Set;

/**
 * How teacher and students are measured.
 *
 * @param scorer location of a CLIP model's directory
 * @param dataset location of a directory of captioned images that no training saw
 * @param prompts captions drawn from the data set, one image each
 * @param seed of the first latents; teacher and students get the same
 * @param inferenceSteps of the scheduler
 * @param guidanceScale of classifier-free guidance; 1 turns it off
 * @param scheduler "ddim", "pndm", "euler" or "dpm-solver++"; absent: the teacher's own
 */
public record EvaluationSpec(
        String scorer,
        String dataset,
        @Default("64") int prompts,
        @Default("0") long seed,
        @Default("25") int inferenceSteps,
        @Default("7.5") double guidanceScale,
        @MayBeAbsent String scheduler) {
    /** What {@link #scheduler} may say. */
    public static final Set<String> SCHEDULERS = Set.of("ddim", "pndm", "euler", "dpm-solver++");

    public EvaluationSpec {
        Require.text("scorer", scorer);
        Require.text("dataset", dataset);
        // Retrieval among one caption is always right, and a covariance needs two images.
        Require.atLeast("prompts", prompts, 2);
        Require.atLeast("inferenceSteps", inferenceSteps, 1);
        Require.atLeast("guidanceScale", guidanceScale, 1.0);
        if (scheduler != null) {
            Require.oneOf("scheduler", scheduler, SCHEDULERS);
        }
    }
}
