package io.laptopdiff.contracts;

/** Something that happened to one variant of a run. */
public sealed interface VariantEvent extends Event
        permits PlanCreated,
                DistillationStarted,
                DistillationProgressed,
                CheckpointSaved,
                DistillationFinished,
                EvaluationStarted,
                EvaluationProgressed,
                EvaluationFinished {
    /** The variant's name, unique in its run. */
    String variant();

    default String variantId() {
        return variantId(runId(), variant());
    }

    static String variantId(String runId, String variant) {
        return runId + "/" + variant;
    }
}
