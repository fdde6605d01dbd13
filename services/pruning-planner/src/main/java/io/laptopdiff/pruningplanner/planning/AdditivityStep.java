package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.AdditivitySpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.pruningplanner.additivity.Additivity;
import io.laptopdiff.pruningplanner.additivity.RandomSets;
import io.laptopdiff.pruningplanner.additivity.ScatterPlot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The audit of a run: its sets, its files, and whether the run may go on. */
final class AdditivityStep {
    static final String PURPOSE = "additivity";

    private AdditivityStep() {}

    static List<List<String>> sets(RunSpec spec, List<UnitScore> scores) {
        return RandomSets.of(
                spec.scoring().additivity(), scores.stream().map(UnitScore::unit).toList());
    }

    /** Returns the audit's result; empty until every set is measured. */
    static Optional<Additivity> result(RunSpec spec, List<UnitScore> scores, JointLosses losses) {
        List<List<String>> sets = sets(spec, scores);
        return losses.of(sets)
                .map(measured -> Additivity.of(sets, measured, scores, spec.scoring().criteria()));
    }

    static void write(Additivity audit, ArtifactStore store, String runId) {
        RunLayout run = store.run(runId);
        store.write(run.additivity(), Json.writePretty(audit).getBytes(StandardCharsets.UTF_8));
        store.write(run.additivityPlot(), ScatterPlot.of(audit).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws StageException if the sums rank the sets worse than the run allows
     */
    static void requireEnough(Additivity audit, AdditivitySpec spec) {
        if (spec.minimumSpearman() == null) {
            return;
        }
        Optional<AdditivityCorrelation> found = audit.over(Criterion.OUTPUT_LOSS);
        if (found.isEmpty() || found.get().spearman() < spec.minimumSpearman()) {
            throw new StageException(
                    "The sums of the units' losses rank the measured sets with a Spearman"
                            + " correlation of "
                            + found.map(c -> String.valueOf(c.spearman())).orElse("no value")
                            + ", and at least "
                            + spec.minimumSpearman()
                            + " is asked for",
                    "scoring.additivity.minimumSpearman",
                    "Look at additivity.svg of the run; score on more samples, plan with"
                            + " 'candidates' or 'iterative', or lower the bound.");
        }
    }
}
