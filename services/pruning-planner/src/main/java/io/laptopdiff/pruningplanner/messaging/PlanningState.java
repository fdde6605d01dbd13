package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.pruningplanner.planning.RunProgress;

/**
 * How far a run is on its way to plans.
 *
 * @param started absent until it is seen; scores may come before it
 * @param planned nothing more is to be done
 * @param progress what was decided and asked
 */
record PlanningState(
        @MayBeAbsent ScoringStarted started, boolean planned, @Default("{}") RunProgress progress) {
    static final PlanningState NEW = new PlanningState(null, false, RunProgress.NEW);

    PlanningState with(ScoringStarted start) {
        return started == null ? new PlanningState(start, planned, progress) : this;
    }

    PlanningState with(RunProgress further) {
        return new PlanningState(further.done() ? null : started, further.done(), further);
    }
}
