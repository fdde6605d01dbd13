package io.laptopdiff.gateway.status;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A status with its fields open, between one event and the next. */
final class StatusEdit {
    private final String runId;
    Instant occurredAt;
    Instant requestedAt;
    RunSpec spec;
    RunState state;
    boolean cancelRequested;
    StageProgress scoring;
    Boolean scoringStable;
    List<AdditivityCorrelation> additivity;
    List<String> notes;
    private final Map<String, VariantStatus> variants = new LinkedHashMap<>();
    private final List<StageFailed> failures;

    StatusEdit(RunStatus status) {
        runId = status.runId();
        occurredAt = status.occurredAt();
        requestedAt = status.requestedAt();
        spec = status.spec();
        state = status.state();
        cancelRequested = status.cancelRequested();
        scoring = status.scoring();
        scoringStable = status.scoringStable();
        additivity = status.additivity();
        notes = status.notes();
        status.variants().forEach(variant -> variants.put(variant.name(), variant));
        failures = new ArrayList<>(status.failures());
    }

    RunStatus status() {
        return new RunStatus(
                runId,
                occurredAt,
                requestedAt,
                spec,
                state,
                cancelRequested,
                scoring,
                List.copyOf(variants.values()),
                failures,
                scoringStable,
                additivity,
                notes);
    }

    void variant(String name) {
        variants.putIfAbsent(name, VariantStatus.requested(name));
    }

    void variant(String name, UnaryOperator<VariantStatus> change) {
        variant(name);
        variants.computeIfPresent(name, (same, old) -> change.apply(old));
    }

    /** Puts the variants in the order of the request, which events of a variant may precede. */
    void orderVariants() {
        List<String> order = spec.variants().stream().map(variant -> variant.name()).toList();
        List<VariantStatus> sorted = new ArrayList<>(variants.values());
        sorted.sort(
                Comparator.comparingInt(
                        variant ->
                                order.contains(variant.name())
                                        ? order.indexOf(variant.name())
                                        : order.size()));
        variants.clear();
        sorted.forEach(variant -> variants.put(variant.name(), variant));
    }

    void fail(StageFailed event) {
        failures.add(event);
        failures.sort(Comparator.comparing(StageFailed::occurredAt).thenComparing(StageFailed::id));
        if (event.variant() != null) {
            variant(event.variant(), old -> VariantFold.ended(old, VariantState.FAILED));
        }
    }

    void settle() {
        if (failures.stream().anyMatch(failure -> failure.variant() == null)) {
            end(VariantState.FAILED);
            state = state.fail();
        }
        if (cancelRequested) {
            end(VariantState.CANCELLED);
            state = state.cancel();
        }
        // Without the request, nobody knows whether there are more variants.
        if (spec != null && variants.values().stream().allMatch(v -> v.state().ended())) {
            boolean failed =
                    variants.values().stream().anyMatch(v -> v.state() == VariantState.FAILED);
            state = failed ? state.fail() : state.finish();
        }
    }

    private void end(VariantState how) {
        variants.replaceAll((name, variant) -> VariantFold.ended(variant, how));
    }
}
