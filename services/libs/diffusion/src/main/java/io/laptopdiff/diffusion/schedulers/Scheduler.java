package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A sampler as configured: immutable, and shared by any number of {@link Sampling}s. */
public sealed interface Scheduler
        permits Ddim,
                Pndm,
                EulerDiscrete,
                EulerAncestralDiscrete,
                DpmSolverMultistep,
                UniPcMultistep,
                Lcm {

    /** The names that {@link #ofPipeline(Path, String)} knows, in alphabetical order. */
    static Set<String> names() {
        return SamplerNames.all();
    }

    /**
     * The sampler of a pipeline's own {@code scheduler/scheduler_config.json}, with what diffusers'
     * pipeline corrects in it: {@code StableDiffusionPipeline} never clips samples and always has a
     * {@code steps_offset} of 1, whatever the file says or leaves out.
     *
     * @param pipeline a directory with {@code model_index.json}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     unsupported
     */
    static Scheduler ofPipeline(Path pipeline) {
        return ofPipeline(pipeline, null);
    }

    /**
     * Returns the sampler of {@link #ofPipeline(Path)}, or another that takes from the pipeline's
     * file what it knows of it, as diffusers' {@code from_config} does: the noise schedule, the
     * prediction type, the spacing of timesteps. What only the file's own sampler reads is passed
     * over, even where that sampler is not known here.
     *
     * @param name one of {@link #names}; null for the pipeline's own
     * @throws IllegalArgumentException if there is no sampler of that name
     */
    static Scheduler ofPipeline(Path pipeline, String name) {
        ModelConfig own = ModelConfig.read(pipeline.resolve("scheduler"), "scheduler_config.json");
        ModelConfig chosen = name == null ? own : SamplerNames.switched(own, name);
        return of(PipelineCorrections.of(pipeline, chosen));
    }

    /**
     * Returns a sentence where {@code model_index.json} names another class of sampler than the
     * file does. The file's is drawn with, and diffusers' pipeline makes the other one.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if one of the files is missing
     */
    static List<String> notes(Path pipeline) {
        String own = className(pipeline.resolve("scheduler"), "scheduler_config.json");
        ModelConfig index = ModelConfig.read(pipeline, "model_index.json");
        String named = index.node("scheduler").path(1).asText();
        return named.isEmpty() || own.isEmpty() || own.equals(named)
                ? List.of()
                : List.of(
                        "scheduler/scheduler_config.json: drawn with its "
                                + own
                                + "; diffusers would take the "
                                + named
                                + " that model_index.json names");
    }

    private static String className(Path directory, String file) {
        return ModelConfig.read(directory, file).node("_class_name").asText();
    }

    /**
     * Makes the sampler of a config as it stands, without the corrections of a pipeline.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     unsupported
     */
    static Scheduler of(ModelConfig config) {
        return SamplerClass.of(config).read(config);
    }

    /** The number of training timesteps. */
    int trainingTimesteps();

    /** The most steps that a sampling can have. */
    default int maximumSteps() {
        return trainingTimesteps();
    }

    /**
     * Returns how many passes of the U-Net a sampling takes, as {@link Sampling#steps} will say:
     * PNDM takes one more than it is asked for.
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
     * @param noise what a stochastic sampler adds in its steps
     * @param parent what the sampling remembers lives in a sub-manager of it, until the sampling is
     *     closed
     * @throws IllegalArgumentException if the schedule cannot be walked in so many steps
     */
    Sampling begin(int steps, StepNoise noise, NDManager parent);

    /**
     * Sees whether the schedule can be walked in so many steps, without an engine.
     *
     * @param steps inference steps
     * @throws IllegalArgumentException if it cannot
     */
    default void requireSteps(int steps) {
        // A sampling makes its manager when it first remembers an array, and this one never does.
        begin(steps, StepNoise.NONE, null);
    }

    /**
     * Begins a sampling without noise.
     *
     * <p>The sampling's steps throw IllegalStateException where its sampler adds noise.
     */
    default Sampling begin(int steps, NDManager parent) {
        return begin(steps, StepNoise.NONE, parent);
    }
}
