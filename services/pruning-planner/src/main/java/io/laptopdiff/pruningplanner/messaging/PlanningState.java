package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.json.MayBeAbsent;

/**
 * How far a run is on its way to plans.
 *
 * @param started absent until it is seen; slices may come before it
 * @param arrived different slices seen
 * @param planned nothing more is to be done
 */
record PlanningState(@MayBeAbsent ScoringStarted started, int arrived, boolean planned) {
    static final PlanningState NEW = new PlanningState(null, 0, false);

    PlanningState with(ScoringStarted start) {
        return started == null ? new PlanningState(start, arrived, planned) : this;
    }

    PlanningState withOneMoreSlice() {
        return new PlanningState(started, arrived + 1, planned);
    }

    boolean ready() {
        return !planned && started != null && arrived >= started.spec().calibration().slices();
    }

    PlanningState done() {
        return new PlanningState(null, arrived, true);
    }
}
