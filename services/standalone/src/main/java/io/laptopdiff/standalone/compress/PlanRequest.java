package io.laptopdiff.standalone.compress;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request for plans alone: nothing is distilled or evaluated. */
public final class PlanRequest extends RequestOptions {

    @Override
    void layOver(RequestFields request) {
        request.set("planOnly", true);
        String samples =
                request.has("calibration.prompts") ? "calibration.prompts" : "calibration.dataset";
        if (!request.has(samples) || !request.has("teacher")) {
            return; // refused in a moment
        }
        // Every request has these; of a plan they are not looked at.
        request.setIfAbsent("distillation.dataset", request.at(samples));
        request.setIfAbsent("evaluation.dataset", request.at(samples));
        request.setIfAbsent("evaluation.scorer", request.at("teacher"));
    }

    @Override
    Map<String, String> required() {
        Map<String, String> required = new LinkedHashMap<>();
        required.put("teacher", "--model");
        required.put("distillation.dataset", "--calibration");
        return required;
    }
}
