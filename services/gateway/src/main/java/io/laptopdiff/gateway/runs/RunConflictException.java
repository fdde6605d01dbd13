package io.laptopdiff.gateway.runs;

/** The run is not in a state that allows it. */
public final class RunConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunConflictException(String what) {
        super(what);
    }
}
