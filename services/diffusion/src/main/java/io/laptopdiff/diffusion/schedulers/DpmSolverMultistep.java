package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Lu et al., DPM-Solver++, 2022, algorithm 2 (2M), with the final step of first order for few
 * steps.
 */
public final class DpmSolverMultistep implements Scheduler {

    private static final int FEW_STEPS =
            15; // below it, diffusers makes the last step one of first order

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final int order;
    private final boolean lowerOrderFinal;
    private final boolean karras;
    private final int lastTimestep;

    private DpmSolverMultistep(ModelConfig config) {
        config.requireOnly(
                Map.of(
                        "algorithm_type", TextNode.valueOf("dpmsolver++"),
                        "solver_type", TextNode.valueOf("midpoint"),
                        "final_sigmas_type", TextNode.valueOf("sigma_min")));
        if (config.has("variance_type")) {
            config.choice(
                    "variance_type", "", Set.of("fixed_small", "fixed_small_log", "fixed_large"));
        }
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
        order = config.integer("solver_order", 2);
        if (order != 1 && order != 2) {
            throw config.refuse("solver_order", "1 or 2");
        }
        lowerOrderFinal = config.flag("lower_order_final", true);
        karras = config.flag("use_karras_sigmas", false);
        lastTimestep = lastTimestep(config);
    }

    static DpmSolverMultistep of(ModelConfig config) {
        return new DpmSolverMultistep(config);
    }

    /**
     * Timesteps whose log signal to noise ratio lies below {@code lambda_min_clipped} are left out.
     */
    private int lastTimestep(ModelConfig config) {
        double least = Double.NEGATIVE_INFINITY;
        if (config.has("lambda_min_clipped")
                && !config.node("lambda_min_clipped").asText().startsWith("-Inf")) {
            least = config.number("lambda_min_clipped", least);
        }
        int last = schedule.timesteps();
        while (last > 1 && lambda(last - 1) < least) {
            last--;
        }
        return last;
    }

    private double lambda(int timestep) {
        return Math.log(schedule.signal(timestep)) - Math.log(schedule.noise(timestep));
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, NDManager parent) {
        Sampling.requireSteps(steps, trainingTimesteps());
        int[] timesteps;
        if (karras) {
            double[] all = schedule.sigmas();
            timesteps =
                    Arrays.stream(KarrasSigmas.between(all[all.length - 1], all[0], steps))
                            .mapToInt(sigma -> (int) Math.rint(KarrasSigmas.timestep(sigma, all)))
                            .toArray();
        } else if (spacing == TimestepSpacing.TRAILING) {
            timesteps = spacing.rounded(steps, lastTimestep, 0);
        } else {
            // One timestep more than steps, of which the cleanest is left out: the last step leads
            // to timestep 0.
            timesteps = Arrays.copyOf(spacing.rounded(steps + 1, lastTimestep, stepsOffset), steps);
        }
        return new Walk(Arrays.stream(timesteps).distinct().toArray(), parent);
    }

    private final class Walk extends Sampling {

        private final int[] timesteps;
        private NDArray previous; // the original as predicted at the step before

        Walk(int[] timesteps, NDManager parent) {
            super(
                    Arrays.stream(timesteps).asDoubleStream().toArray(),
                    1,
                    trainingTimesteps(),
                    parent);
            this.timesteps = timesteps;
        }

        @Override
        NDArray advance(int step, NDArray modelOutput, NDArray sample) {
            int from = timesteps[step];
            boolean last = step == timesteps.length - 1;
            int to = last ? 0 : timesteps[step + 1];
            double[] toOriginal =
                    predictionType.original(schedule.signal(from), schedule.noise(from));
            NDArray original =
                    remember(
                            LinearCombination.of(
                                    toOriginal[0], sample, toOriginal[1], modelOutput));
            double h = lambda(to) - lambda(from);
            double weight = -schedule.signal(to) * Math.expm1(-h);
            boolean firstOrder =
                    order == 1
                            || previous == null
                            || (last && lowerOrderFinal && timesteps.length < FEW_STEPS);
            // Extrapolates the prediction half a step ahead: D = (1 + 1 / 2r) x_i - (1 / 2r)
            // x_(i-1)
            double ahead = firstOrder ? 0 : h / (2 * (lambda(from) - lambda(timesteps[step - 1])));
            NDArray next =
                    LinearCombination.of(
                            schedule.noise(to) / schedule.noise(from),
                            sample,
                            weight * (1 + ahead),
                            original);
            if (previous != null) {
                if (!firstOrder) {
                    LinearCombination.add(next, -weight * ahead, previous);
                }
                previous.close();
            }
            previous = original;
            return next;
        }
    }
}
