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

    /**
     * Another sampler with the noise schedule of the directory's own, or that one itself.
     *
     * @param name {@code ddim}, {@code pndm}, {@code euler} or {@code dpm-solver++}; null for the
     *     directory's own
     * @throws IllegalArgumentException if there is no sampler of that name
     */
    static Scheduler read(Path directory, String name) {
        ModelConfig own = ModelConfig.read(directory, "scheduler_config.json");
        return of(name == null ? own : SchedulerNames.switched(own, name));
    }

    /** The number of training timesteps, the most steps that a sampling can have. */
    int trainingTimesteps();

    /**
     * Passes of the U-Net that a sampling takes, as {@link Sampling#steps} will say: PNDM takes one
     * more than it is asked for.
     *
     * @param steps inference steps, at least 1
     */
    default int passes(int steps) {
        return steps;
    }

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
