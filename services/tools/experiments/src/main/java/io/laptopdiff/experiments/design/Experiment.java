package io.laptopdiff.experiments.design;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run.
 *
 * @param group what it is for, the same for every seed
 * @param seed of calibration, distillation and evaluation
 * @param request asked of the gateway: what differs from the defaults, keys in alphabetical order
 */
public record Experiment(String group, long seed, Map<String, Object> request) {
    public Experiment {
        request = sorted(request);
    }

    /** Returns a name that is unique among the experiments. */
    public String name() {
        return group + "-seed-" + seed;
    }

    /** The request with every default. */
    public RunSpec spec() {
        return Json.of(RunSpec.class, request);
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put((String) key, sorted(value)));
        return sorted;
    }

    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            return sorted(map);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Experiment::sorted).toList();
        }
        return value;
    }
}
