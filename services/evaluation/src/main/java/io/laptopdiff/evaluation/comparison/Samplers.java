package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import java.nio.file.Path;

/** The sampler that teacher and students are drawn with. */
final class Samplers {

    private Samplers() {}

    /**
     * The teacher's own, or another one with the teacher's noise schedule.
     *
     * @param teacher pipeline directory
     */
    static Scheduler of(Path teacher, EvaluationSpec spec) {
        Scheduler scheduler = Scheduler.ofPipeline(teacher, SamplerName.textOf(spec.scheduler()));
        if (spec.inferenceSteps() > scheduler.maximumSteps()) {
            throw new StageException(
                    "There are "
                            + spec.inferenceSteps()
                            + " inference steps, but the sampler's schedule has only "
                            + scheduler.maximumSteps(),
                    "evaluation.inferenceSteps",
                    "Ask for fewer; 20 to 50 are usual, and 4 to 8 for lcm.");
        }
        return scheduler;
    }
}
