package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The samplers by the classes of diffusers, each with the fields that it reads beside those that
 * all read.
 */
enum SamplerClass {
    DDIM(
            "DDIMScheduler",
            Ddim::of,
            "clip_sample clip_sample_range set_alpha_to_one thresholding dynamic_thresholding_ratio"
                    + " sample_max_value rescale_betas_zero_snr"),
    PNDM("PNDMScheduler", Pndm::of, "skip_prk_steps set_alpha_to_one"),
    EULER(
            "EulerDiscreteScheduler",
            EulerDiscrete::of,
            "interpolation_type use_karras_sigmas use_exponential_sigmas use_beta_sigmas sigma_min"
                    + " sigma_max timestep_type rescale_betas_zero_snr final_sigmas_type"),
    EULER_ANCESTRAL(
            "EulerAncestralDiscreteScheduler",
            EulerAncestralDiscrete::of,
            "rescale_betas_zero_snr"),
    DPM_SOLVER(
            "DPMSolverMultistepScheduler",
            DpmSolverMultistep::of,
            "solver_order thresholding dynamic_thresholding_ratio sample_max_value algorithm_type"
                    + " solver_type lower_order_final euler_at_final use_karras_sigmas"
                    + " use_exponential_sigmas use_beta_sigmas use_lu_lambdas use_flow_sigmas flow_shift"
                    + " final_sigmas_type lambda_min_clipped variance_type rescale_betas_zero_snr"
                    + " use_dynamic_shifting time_shift_type"),
    UNIPC(
            "UniPCMultistepScheduler",
            UniPcMultistep::of,
            "solver_order thresholding dynamic_thresholding_ratio sample_max_value predict_x0"
                    + " solver_type lower_order_final disable_corrector solver_p use_karras_sigmas"
                    + " use_exponential_sigmas use_beta_sigmas use_flow_sigmas flow_shift"
                    + " final_sigmas_type rescale_betas_zero_snr use_dynamic_shifting time_shift_type"
                    + " sigma_min sigma_max shift_terminal"),
    LCM(
            "LCMScheduler",
            Lcm::of,
            "original_inference_steps timestep_scaling clip_sample clip_sample_range set_alpha_to_one"
                    + " thresholding dynamic_thresholding_ratio sample_max_value rescale_betas_zero_snr");

    private static final Set<String> OF_ALL =
            words(
                    "num_train_timesteps beta_start beta_end beta_schedule trained_betas prediction_type"
                            + " timestep_spacing steps_offset");

    private final String className;
    private final Function<ModelConfig, Scheduler> reader;
    private final Set<String> fields;

    SamplerClass(String className, Function<ModelConfig, Scheduler> reader, String fields) {
        this.className = className;
        this.reader = reader;
        this.fields = words(fields);
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    /** The class that a config names. */
    static SamplerClass of(ModelConfig config) {
        return Arrays.stream(values())
                .filter(one -> one.isNamedBy(config))
                .findFirst()
                .orElseThrow(() -> config.refuse("_class_name", supported()));
    }

    private static String supported() {
        String classes =
                Arrays.stream(values()).map(one -> one.className).collect(Collectors.joining(", "));
        return classes
                + "; or name another sampler in the request's field 'scheduler': "
                + String.join(", ", SamplerNames.all());
    }

    boolean isNamedBy(ModelConfig config) {
        return config.node("_class_name").asText().equals(className);
    }

    Scheduler read(ModelConfig config) {
        SchedulerFields.check(config, fields());
        return reader.apply(config);
    }

    /** Returns every field that this sampler reads. */
    Set<String> fields() {
        Set<String> all = new HashSet<>(OF_ALL);
        all.addAll(fields);
        return all;
    }

    /** Returns every field that one or another sampler reads. */
    static Set<String> fieldsOfAll() {
        Set<String> all = new HashSet<>();
        for (SamplerClass one : values()) {
            all.addAll(one.fields());
        }
        return all;
    }

    /**
     * The config that diffusers' {@code from_config} makes of another one: what this class knows of
     * it, whatever sampler it was written for.
     *
     * @param fixed fields that the choice of the sampler decides
     */
    ModelConfig from(ModelConfig other, Map<String, JsonNode> fixed) {
        ObjectNode json = other.json();
        json.retain(fields());
        json.put("_class_name", className);
        fixed.forEach(json::set);
        return ModelConfig.of(other.file(), json);
    }
}
