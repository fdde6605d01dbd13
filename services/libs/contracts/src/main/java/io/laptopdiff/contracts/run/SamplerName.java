package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.List;

/** The samplers that a request can name; each takes the teacher's noise schedule. */
public enum SamplerName {
    /** DDIMScheduler of diffusers. */
    DDIM("ddim"),
    /** PNDMScheduler without Runge-Kutta steps. */
    PNDM("pndm"),
    /** EulerDiscreteScheduler. */
    EULER("euler"),
    /** EulerAncestralDiscreteScheduler. */
    EULER_ANCESTRAL("euler-ancestral"),
    /** DPMSolverMultistepScheduler. */
    DPM_SOLVER("dpm-solver++"),
    /** DPMSolverMultistepScheduler, of the stochastic differential equation. */
    SDE_DPM_SOLVER("sde-dpm-solver++"),
    /** UniPCMultistepScheduler. */
    UNIPC("unipc"),
    /** LCMScheduler, for latent consistency models. */
    LCM("lcm");

    private final String text;

    SamplerName(String text) {
        this.text = text;
    }

    @JsonCreator
    public static SamplerName of(String text) {
        Require.oneOf("", text, texts());
        return Arrays.stream(values())
                .filter(name -> name.text.equals(text))
                .findFirst()
                .orElseThrow();
    }

    @JsonValue
    public String text() {
        return text;
    }

    /** The text, or null for null: for the teacher's own. */
    public static String textOf(SamplerName name) {
        return name == null ? null : name.text;
    }

    /** Returns all sampler names as requests write them. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(SamplerName::text).toList();
    }
}
