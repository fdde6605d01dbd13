package io.laptopdiff.gateway.runs;

/** Thrown where there is no run of that id. */
public final class RunNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunNotFoundException(String runId) {
        super("there is no run '" + runId + "'; GET /api/v1/runs lists those there are");
    }

    RunNotFoundException(String runId, String variant) {
        super(
                "run '"
                        + runId
                        + "' has no variant '"
                        + variant
                        + "'; GET /api/v1/runs/"
                        + runId
                        + " names those it has");
    }
}
