package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.HashSet;
import java.util.Set;

/**
 * The sampler of Zhao et al., UniPC, 2023: each step predicts, and the next one first corrects what
 * was predicted by what the model says there, at no pass of its own.
 */
public final class UniPcMultistep implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final UniPcSolver solver;
    private final boolean karras;
    private final boolean endsAtZero;

    private UniPcMultistep(ModelConfig config) {
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
        karras = config.flag("use_karras_sigmas", false);
        endsAtZero = SchedulerFields.endsAtZero(config, "zero");
        int order = config.integer("solver_order", 2);
        if (order < 1 || order > 3) {
            throw config.refuse("solver_order", "1, 2 or 3");
        }
        boolean lowerAtEnd = config.flag("lower_order_final", true);
        if (endsAtZero && !lowerAtEnd && order > 1) {
            throw config.refuse(
                    "lower_order_final",
                    "true where final_sigmas_type is zero: a higher order would divide by no noise there");
        }
        // diffusers takes the names of its other solvers' types for bh2
        boolean firstKind =
                config.choice(
                                "solver_type",
                                "bh2",
                                Set.of("bh1", "bh2", "midpoint", "heun", "logrho"))
                        .equals("bh1");
        solver =
                new UniPcSolver(
                        order,
                        lowerAtEnd,
                        firstKind,
                        config.flag("predict_x0", true),
                        uncorrected(config));
    }

    private static Set<Integer> uncorrected(ModelConfig config) {
        Set<Integer> steps = new HashSet<>();
        for (JsonNode step : config.node("disable_corrector")) {
            if (!step.isInt()) {
                throw config.refuse("disable_corrector", "a list of steps");
            }
            steps.add(step.asInt());
        }
        return steps;
    }

    static UniPcMultistep of(ModelConfig config) {
        return new UniPcMultistep(config);
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        double[] all = schedule.sigmas();
        double end = endsAtZero ? 0 : all[0];
        Sigmas sigmas =
                karras
                        ? Sigmas.karras(steps, all, end, true)
                        : Sigmas.at(
                                spacing.multistep(steps, all.length, all.length, stepsOffset),
                                all,
                                end);
        return new UniPcSampling(predictionType, sigmas, solver, trainingTimesteps(), parent);
    }
}
