package io.laptopdiff.gateway.outlook;

import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.gateway.runs.FieldProblem;
import java.util.List;

/** Turns the findings of the run's own check into problems of the request's fields. */
public final class Findings {

    private Findings() {}

    /**
     * Reads what a request names.
     *
     * @param check the one that workers use, contacting nobody
     */
    public static List<FieldProblem> of(RunSpec spec, RunCheck check) {
        return check.findings(spec).stream()
                .map(finding -> new FieldProblem(finding.text(), finding.field()))
                .toList();
    }
}
