package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.Set;

/** A sampler as configured: immutable, and shared by any number of {@link Sampling}s. */
public sealed interface Scheduler permits Ddim, Pndm, EulerDiscrete, DpmSolverMultistep {

    /**
     * Reads {@code scheduler_config.json} of a directory.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     unsupported
     */
    static Scheduler read(Path directory) {
        return of(ModelConfig.read(directory, "scheduler_config.json"));
    }

    /** As {@link #read}, from a config that is at hand. */
    static Scheduler of(ModelConfig config) {
        SchedulerFields.check(config);
        String name =
                config.choice(
                        "_class_name",
                        "",
                        Set.of(
                                "DDIMScheduler",
                                "PNDMScheduler",
                                "EulerDiscreteScheduler",
                                "DPMSolverMultistepScheduler"));
        return switch (name) {
            case "DDIMScheduler" -> Ddim.of(config);
            case "PNDMScheduler" -> Pndm.of(config);
            case "EulerDiscreteScheduler" -> EulerDiscrete.of(config);
            default -> DpmSolverMultistep.of(config);
        };
    }

    /** The number of training timesteps, the most steps that a sampling can have. */
    int trainingTimesteps();

    /**
     * Begins a sampling.
     *
     * @param steps inference steps, at least 1
     * @param parent what the sampling remembers lives in a sub-manager of it, until the sampling is
     *     closed
     * @throws IllegalArgumentException if the schedule cannot be walked in so many steps
     */
    Sampling begin(int steps, NDManager parent);
}
