package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.Criterion;

/** Says how much each unit is worth; more is more worth keeping. */
interface UnitCriterion {
    /** Returns the criterion's name in requests and scores. */
    Criterion criterion();

    /**
     * @return for each unit in execution order its value on each sample, {@code [units][B]}
     */
    double[][] measure(CalibrationBatch batch);
}
