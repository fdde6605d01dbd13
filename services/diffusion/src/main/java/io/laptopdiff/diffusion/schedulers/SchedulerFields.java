package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of {@code scheduler_config.json}. Checkpoints carry fields of samplers other than the
 * one they name, since diffusers copies a config from one to the next; so every sampler accepts all
 * of these.
 */
final class SchedulerFields {

    /** Read by one sampler or another, or without effect on inference. */
    private static final Set<String> KNOWN =
            Set.of(
                    "beta_start",
                    "beta_end",
                    "beta_schedule",
                    "num_train_timesteps",
                    "prediction_type",
                    "timestep_spacing",
                    "steps_offset",
                    "set_alpha_to_one",
                    "clip_sample",
                    "clip_sample_range",
                    "skip_prk_steps",
                    "solver_order",
                    "lower_order_final",
                    "use_karras_sigmas",
                    "lambda_min_clipped",
                    "dynamic_thresholding_ratio", // of thresholding
                    "sample_max_value", // of thresholding
                    "variance_type", // of ancestral sampling
                    "final_sigmas_type",
                    "algorithm_type",
                    "solver_type");

    private static final Map<String, JsonNode> ONLY = new LinkedHashMap<>();

    static {
        ONLY.put("euler_at_final", BooleanNode.FALSE);
        ONLY.put("interpolation_type", TextNode.valueOf("linear"));
        ONLY.put("rescale_betas_zero_snr", BooleanNode.FALSE);
        ONLY.put("sigma_max", NullNode.instance);
        ONLY.put("sigma_min", NullNode.instance);
        ONLY.put("thresholding", BooleanNode.FALSE);
        ONLY.put("timestep_type", TextNode.valueOf("discrete"));
        ONLY.put("trained_betas", NullNode.instance);
        ONLY.put("use_beta_sigmas", BooleanNode.FALSE);
        ONLY.put("use_exponential_sigmas", BooleanNode.FALSE);
        ONLY.put("use_flow_sigmas", BooleanNode.FALSE);
        ONLY.put("use_lu_lambdas", BooleanNode.FALSE);
        ONLY.put("flow_shift", IntNode.valueOf(1));
    }

    private SchedulerFields() {}

    /** Refuses what no sampler here implements. */
    static void check(ModelConfig config) {
        Set<String> known = new java.util.HashSet<>(KNOWN);
        known.addAll(ONLY.keySet());
        config.requireKnown(known);
        config.requireOnly(ONLY);
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
}
