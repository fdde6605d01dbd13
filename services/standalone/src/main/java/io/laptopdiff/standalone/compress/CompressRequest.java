package io.laptopdiff.standalone.compress;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;

/** A request for students, from teacher to evaluation. */
public final class CompressRequest extends RequestOptions {

    @ArgGroup(validate = false, heading = "%nDistillation:%n", order = 4)
    private DistillationOptions distillation = new DistillationOptions();

    @ArgGroup(validate = false, heading = "%nEvaluation:%n", order = 5)
    private EvaluationOptions evaluation = new EvaluationOptions();

    @Override
    void layOver(RequestFields request) {
        distillation.layOver(request);
        evaluation.layOver(request);
    }

    @Override
    Map<String, String> required() {
        Map<String, String> required = new LinkedHashMap<>();
        required.put("teacher", "--model");
        required.put("distillation.dataset", "--train");
        required.put("evaluation.dataset", "--held-out");
        required.put("evaluation.scorer", "--scorer");
        return required;
    }
}
