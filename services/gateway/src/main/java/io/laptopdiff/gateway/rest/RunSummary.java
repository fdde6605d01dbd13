package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.VariantState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of the list of runs.
 *
 * @param requestedAt absent while the request itself has not been seen
 * @param teacher absent while the request itself has not been seen
 * @param variants state by name
 */
record RunSummary(
        String runId,
        RunState state,
        Instant requestedAt,
        String teacher,
        Map<String, VariantState> variants) {
    static RunSummary of(RunStatus status) {
        Map<String, VariantState> variants = new LinkedHashMap<>();
        status.variants().forEach(variant -> variants.put(variant.name(), variant.state()));
        return new RunSummary(
                status.runId(),
                status.state(),
                status.requestedAt(),
                status.spec() == null ? null : status.spec().teacher(),
                variants);
    }
}
