package io.laptopdiff.diffusion.schedulers;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;
import java.util.Set;

/**
 * The sampler of Lu et al., DPM-Solver++, 2022: its multistep solvers of first to third order
 * (algorithm 2 is the second, 2M), and those of its stochastic differential equation ({@code
 * sde-dpmsolver++}, first and second order).
 */
public final class DpmSolverMultistep implements Scheduler {

    private final NoiseSchedule schedule;
    private final PredictionType predictionType;
    private final TimestepSpacing spacing;
    private final int stepsOffset;
    private final DpmSolverOrders orders;
    private final boolean stochastic;
    private final boolean heun;
    private final boolean karras;
    private final boolean ofOldFile;
    private final boolean roundsKarras;
    private final boolean endsAtZero;
    private final int lastTimestep;

    private DpmSolverMultistep(ModelConfig config) {
        if (config.has("variance_type")) {
            config.choice(
                    "variance_type", "", Set.of("fixed_small", "fixed_small_log", "fixed_large"));
        }
        schedule = NoiseSchedule.of(config);
        predictionType = SchedulerFields.predictionType(config);
        spacing = TimestepSpacing.of(config, "linspace");
        stepsOffset = SchedulerFields.stepsOffset(config);
        // diffusers takes the names of its other solvers' types for these
        stochastic =
                config.choice(
                                "algorithm_type",
                                "dpmsolver++",
                                Set.of("dpmsolver++", "sde-dpmsolver++", "deis"))
                        .equals("sde-dpmsolver++");
        heun =
                config.choice(
                                "solver_type",
                                "midpoint",
                                Set.of("midpoint", "heun", "logrho", "bh1", "bh2"))
                        .equals("heun");
        // Until 0.22, diffusers ended at timestep 0 and looked Karras' levels up at whole
        // timesteps;
        // its files of that time are walked as they were then.
        ofOldFile = !config.has("final_sigmas_type") && DiffusersVersion.of(config).isBefore(0, 22);
        endsAtZero = SchedulerFields.endsAtZero(config, ofOldFile ? "sigma_min" : "zero");
        orders = DpmSolverOrders.of(config, stochastic, endsAtZero);
        karras = config.flag("use_karras_sigmas", false);
        roundsKarras = !Sigmas.isCosine(config);
        lastTimestep = lastTimestep(config);
    }

    static DpmSolverMultistep of(ModelConfig config) {
        return new DpmSolverMultistep(config);
    }

    /**
     * Returns one more than the last timestep that is used: those whose log signal to noise ratio
     * lies below {@code lambda_min_clipped} are left out.
     */
    private int lastTimestep(ModelConfig config) {
        double least = Double.NEGATIVE_INFINITY;
        if (config.has("lambda_min_clipped")
                && !config.node("lambda_min_clipped").asText().startsWith("-Inf")) {
            least = config.number("lambda_min_clipped", least);
        }
        double[] all = schedule.sigmas();
        int last = all.length;
        while (last > 1 && Sigmas.lambda(all[last - 1]) < least) {
            last--;
        }
        return last;
    }

    @Override
    public int trainingTimesteps() {
        return schedule.timesteps();
    }

    @Override
    public Sampling begin(int steps, StepNoise noise, NDManager parent) {
        Sampling.requireSteps(steps, maximumSteps());
        return new DpmSolverSampling(
                predictionType,
                sigmas(steps),
                orders,
                stochastic,
                heun,
                trainingTimesteps(),
                noise,
                parent);
    }

    private Sigmas sigmas(int steps) {
        double[] all = schedule.sigmas();
        double end = endsAtZero ? 0 : all[0];
        if (!karras) {
            int[] timesteps = spacing.multistep(steps, all.length, lastTimestep, stepsOffset);
            return Sigmas.at(Arrays.stream(timesteps).distinct().toArray(), all, end);
        }
        Sigmas exact = Sigmas.karras(steps, all, end, roundsKarras);
        if (!ofOldFile) {
            return exact;
        }
        int[] timesteps =
                Arrays.stream(exact.timesteps()).mapToInt(t -> (int) t).distinct().toArray();
        return Sigmas.at(timesteps, all, end);
    }
}
