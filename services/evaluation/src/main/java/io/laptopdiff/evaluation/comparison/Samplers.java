package io.laptopdiff.evaluation.comparison;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import java.nio.file.Path;
import java.util.Map;

/** The sampler that teacher and students are drawn with. */
final class Samplers {

    private static final Map<String, String> CLASSES =
            Map.of(
                    "ddim", "DDIMScheduler",
                    "pndm", "PNDMScheduler",
                    "euler", "EulerDiscreteScheduler",
                    "dpm-solver++", "DPMSolverMultistepScheduler");

    private Samplers() {}

    /**
     * The teacher's own, or another one with the teacher's noise schedule.
     *
     * @param teacher pipeline directory
     */
    static Scheduler of(Path teacher, EvaluationSpec spec) {
        ModelConfig own = ModelConfig.read(teacher.resolve("scheduler"), "scheduler_config.json");
        Scheduler scheduler =
                spec.scheduler() == null
                        ? Scheduler.of(own)
                        : Scheduler.of(
                                ModelConfig.of(own.file(), switched(own.json(), spec.scheduler())));
        if (spec.inferenceSteps() > scheduler.trainingTimesteps()) {
            throw new StageException(
                    "There are "
                            + spec.inferenceSteps()
                            + " inference steps, but the teacher was trained on "
                            + scheduler.trainingTimesteps(),
                    "evaluation.inferenceSteps",
                    "Ask for fewer; 20 to 50 are usual.");
        }
        return scheduler;
    }

    private static ObjectNode switched(ObjectNode config, String name) {
        config.put("_class_name", CLASSES.get(name));
        // Without it, PNDM would walk Runge-Kutta steps, which Stable Diffusion never does.
        if (name.equals("pndm")) {
            config.put("skip_prk_steps", true);
        }
        return config;
    }
}
