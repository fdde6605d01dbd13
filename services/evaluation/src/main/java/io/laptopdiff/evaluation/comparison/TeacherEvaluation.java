package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.evaluation.images.Prompt;
import java.time.Instant;
import java.util.List;

/**
 * The teacher's part of every variant's evaluation, as its {@code evaluation.json} has it.
 *
 * @param digest of the question; another question must not be answered with it
 * @param measuredAt when its last image was scored
 * @param teacher location of the pipeline directory
 * @param spec how it was measured
 * @param realImages held-out images that the Fréchet distance is measured against
 * @param prompts in the order of the images
 * @param measures of the images
 */
record TeacherEvaluation(
        String digest,
        Instant measuredAt,
        String teacher,
        EvaluationSpec spec,
        int realImages,
        List<Prompt> prompts,
        ImageMeasures measures) {
    TeacherEvaluation {
        Require.text("digest", digest);
        Require.present("measuredAt", measuredAt);
        Require.text("teacher", teacher);
        Require.present("spec", spec);
        Require.atLeast("realImages", realImages, 2);
        prompts = Require.someOf("prompts", prompts);
        Require.present("measures", measures);
    }
}
