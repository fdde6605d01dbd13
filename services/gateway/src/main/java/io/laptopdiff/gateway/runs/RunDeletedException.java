package io.laptopdiff.gateway.runs;

/** Thrown where there was a run of that id, and someone deleted it. */
public final class RunDeletedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunDeletedException(String runId) {
        super("run '" + runId + "' was deleted with its artifacts; its id stays taken");
    }
}
