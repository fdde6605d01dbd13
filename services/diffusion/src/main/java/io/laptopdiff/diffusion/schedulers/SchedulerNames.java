package io.laptopdiff.diffusion.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.util.Map;
import java.util.TreeMap;

/** Samplers by the short names that requests use. */
final class SchedulerNames {

    private static final Map<String, String> CLASSES =
            new TreeMap<>(
                    Map.of(
                            "ddim", "DDIMScheduler",
                            "pndm", "PNDMScheduler",
                            "euler", "EulerDiscreteScheduler",
                            "dpm-solver++", "DPMSolverMultistepScheduler"));

    private SchedulerNames() {}

    /** The config with the class of that name. */
    static ModelConfig switched(ModelConfig config, String name) {
        if (!CLASSES.containsKey(name)) {
            throw new IllegalArgumentException(
                    "scheduler '" + name + "': must be one of " + CLASSES.keySet());
        }
        ObjectNode json = config.json().deepCopy();
        json.put("_class_name", CLASSES.get(name));
        // Without it, PNDM would walk Runge-Kutta steps, which Stable Diffusion never does.
        if (name.equals("pndm")) {
            json.put("skip_prk_steps", true);
        }
        return ModelConfig.of(config.file(), json);
    }
}
