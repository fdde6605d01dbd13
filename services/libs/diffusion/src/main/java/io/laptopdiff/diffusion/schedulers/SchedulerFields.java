package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of {@code scheduler_config.json}. Checkpoints carry fields of samplers other than the
 * one they name, since diffusers copies a config from one to the next; a sampler passes over them,
 * as diffusers does, whatever they say.
 */
final class SchedulerFields {

    /** The fields that are read by samplers of diffusers that are not here, or by none. */
    private static final Set<String> OF_OTHERS =
            Set.of(
                    "base_image_seq_len",
                    "base_shift",
                    "invert_sigmas",
                    "max_image_seq_len",
                    "max_shift",
                    "noise_sampler_seed",
                    "sigma_data",
                    "sigma_schedule",
                    "shift",
                    "stochastic_sampling",
                    "tensor_format"); // of diffusers before 0.4

    /** The fields of which only one value is implemented, for the samplers that read them. */
    private static final Map<String, JsonNode> ONLY = new LinkedHashMap<>();

    static {
        ONLY.put("interpolation_type", TextNode.valueOf("linear"));
        ONLY.put("shift_terminal", NullNode.instance);
        ONLY.put("sigma_max", NullNode.instance);
        ONLY.put("sigma_min", NullNode.instance);
        ONLY.put("solver_p", NullNode.instance);
        ONLY.put("thresholding", BooleanNode.FALSE);
        ONLY.put("timestep_type", TextNode.valueOf("discrete"));
        ONLY.put("trained_betas", NullNode.instance);
        ONLY.put("use_beta_sigmas", BooleanNode.FALSE);
        ONLY.put("use_dynamic_shifting", BooleanNode.FALSE);
        ONLY.put("use_exponential_sigmas", BooleanNode.FALSE);
        ONLY.put("use_flow_sigmas", BooleanNode.FALSE);
        ONLY.put("use_lu_lambdas", BooleanNode.FALSE);
    }

    private SchedulerFields() {}

    /**
     * Refuses fields that no sampler knows, and values that are not implemented.
     *
     * @param read by the sampler that the config is for
     */
    static void check(ModelConfig config, Set<String> read) {
        Set<String> known = new HashSet<>(OF_OTHERS);
        known.addAll(SamplerClass.fieldsOfAll());
        config.requireKnown(known);
        Map<String, JsonNode> only = new LinkedHashMap<>(ONLY);
        only.keySet().retainAll(read);
        config.requireOnly(only);
    }

    static PredictionType predictionType(ModelConfig config) {
        return PredictionType.of(
                config.choice("prediction_type", "epsilon", Set.of("epsilon", "v_prediction")));
    }

    static int stepsOffset(ModelConfig config) {
        int offset = config.integer("steps_offset", 0);
        if (offset < 0) {
            throw config.refuse("steps_offset", "an integer of at least 0");
        }
        return offset;
    }

    /** The range that predicted originals are clipped to; infinite where they are not. */
    static double clip(ModelConfig config, boolean absent) {
        return config.flag("clip_sample", absent)
                ? config.number("clip_sample_range", 1)
                : Double.POSITIVE_INFINITY;
    }

    /** Returns whether the noise level after the last step is 0, else the least of training. */
    static boolean endsAtZero(ModelConfig config, String absent) {
        return config.choice("final_sigmas_type", absent, Set.of("zero", "sigma_min"))
                .equals("zero");
    }

    /**
     * Refuses a prediction of the noise from noise alone, as {@code rescale_betas_zero_snr} has it
     * at the last timestep: that tells no original.
     *
     * @throws IllegalArgumentException if a walk goes there
     */
    static void requireSignal(
            NoiseSchedule schedule, PredictionType predictionType, int[] timesteps) {
        for (int timestep : timesteps) {
            if (predictionType == PredictionType.EPSILON
                    && timestep < schedule.timesteps()
                    && schedule.alphaCumprod(timestep) == 0) {
                throw new IllegalArgumentException(
                        "Timestep "
                                + timestep
                                + " has no signal (rescale_betas_zero_snr), and from predicted noise"
                                + " this sampler cannot go on there. Use the sampler euler,"
                                + " or a model of v_prediction.");
            }
        }
    }
}
