package io.laptopdiff.gateway.runs;

import java.util.List;

/** A request breaks rules; it says all that it breaks. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<FieldProblem> problems;

    /**
     * @param problems at least one
     */
    InvalidRequestException(List<FieldProblem> problems) {
        super(problems.get(0).detail());
        this.problems = List.copyOf(problems);
    }

    public List<FieldProblem> problems() {
        return problems;
    }
}
