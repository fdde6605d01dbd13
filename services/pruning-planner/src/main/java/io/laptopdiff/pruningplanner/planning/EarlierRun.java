package io.laptopdiff.pruningplanner.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.EarlierRuns;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The runs that a retry goes back to, as far as their files tell. */
final class EarlierRun {
    private final ArtifactStore store;
    private final List<RunLayout> earlier;

    private EarlierRun(ArtifactStore store, List<RunLayout> earlier) {
        this.store = store;
        this.earlier = earlier;
    }

    /**
     * Knows nothing of a run that is no retry, or whose origin is gone or was asked for otherwise.
     */
    static EarlierRun of(ArtifactStore store, RunSpec spec) {
        return new EarlierRun(
                store,
                EarlierRuns.of(spec, id -> store.read(store.run(id).run())).stream()
                        .map(store::run)
                        .toList());
    }

    /**
     * The plan that was made for the variant, the newest; empty where there is none. What was said
     * of scores and sums then lies with the retry, too.
     *
     * @param runId of the retry, in whose name it is reported
     */
    Optional<Step.Planned> plan(String runId, VariantSpec variant) {
        for (RunLayout run : earlier) {
            Optional<Step.Planned> plan = plan(run, runId, variant);
            if (plan.isPresent()) {
                copyReports(run, runId);
                return plan;
            }
        }
        return Optional.empty();
    }

    private Optional<Step.Planned> plan(RunLayout run, String runId, VariantSpec variant) {
        try {
            return store.read(run.variant(variant.name()).plan())
                    .map(json -> Json.read(json, PlanReport.class))
                    .map(report -> planned(report.of(runId), variant));
        } catch (InvalidMessageException e) {
            return Optional.empty(); // of another version: it is planned anew
        }
    }

    private static Step.Planned planned(PlanReport report, VariantSpec variant) {
        return new Step.Planned(
                report.plan(),
                variant.recoverySteps() > 0 ? report.candidates() : List.of(),
                report);
    }

    private void copyReports(RunLayout origin, String runId) {
        RunLayout run = store.run(runId);
        copy(origin.scores(), run.scores(), runId);
        copy(origin.frontier(), run.frontier(), runId);
        copy(origin.additivity(), run.additivity(), runId);
        store.read(origin.additivityPlot())
                .ifPresent(plot -> store.write(run.additivityPlot(), plot));
    }

    private void copy(Path from, Path to, String runId) {
        store.read(from)
                .ifPresent(
                        json -> {
                            ObjectNode report = (ObjectNode) Json.parse(json);
                            if (report.has("runId")) {
                                report.put("runId", runId);
                            }
                            store.write(
                                    to, report.toPrettyString().getBytes(StandardCharsets.UTF_8));
                        });
    }
}
