package io.laptopdiff.contracts;

/** An event that happened to one variant of a run. */
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

    /** Names the variant among those of all runs. */
    default String variantId() {
        return variantId(runId(), variant());
    }

    /** The variant's, so that the variants of one run spread over workers. */
    @Override
    default String key() {
        return variantId();
    }

    /** Names a variant among those of all runs. */
    static String variantId(String runId, String variant) {
        return runId + "/" + variant;
    }
}
