package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds samplers by the short names that requests use. */
final class SamplerNames {

    private record Choice(SamplerClass sampler, Map<String, JsonNode> fixed) {}

    private static final SortedMap<String, Choice> CHOICES = new TreeMap<>();

    static {
        CHOICES.put("ddim", new Choice(SamplerClass.DDIM, Map.of()));
        // Else PNDM would walk Runge-Kutta steps, which Stable Diffusion never does.
        CHOICES.put(
                "pndm", new Choice(SamplerClass.PNDM, Map.of("skip_prk_steps", BooleanNode.TRUE)));
        CHOICES.put("euler", new Choice(SamplerClass.EULER, Map.of()));
        CHOICES.put("euler-ancestral", new Choice(SamplerClass.EULER_ANCESTRAL, Map.of()));
        CHOICES.put("dpm-solver++", dpmSolver("dpmsolver++"));
        CHOICES.put("sde-dpm-solver++", dpmSolver("sde-dpmsolver++"));
        CHOICES.put("unipc", new Choice(SamplerClass.UNIPC, Map.of()));
        CHOICES.put("lcm", new Choice(SamplerClass.LCM, Map.of()));
    }

    private SamplerNames() {}

    private static Choice dpmSolver(String algorithm) {
        return new Choice(
                SamplerClass.DPM_SOLVER, Map.of("algorithm_type", TextNode.valueOf(algorithm)));
    }

    static Set<String> all() {
        return Collections.unmodifiableSet(CHOICES.keySet());
    }

    /** The sampler of that name with what it knows of the config's fields. */
    static ModelConfig switched(ModelConfig config, String name) {
        Choice choice = CHOICES.get(name);
        if (choice == null) {
            throw new IllegalArgumentException("scheduler '" + name + "': must be one of " + all());
        }
        return choice.sampler().from(config, choice.fixed());
    }
}
