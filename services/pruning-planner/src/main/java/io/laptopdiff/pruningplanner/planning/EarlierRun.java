package io.laptopdiff.pruningplanner.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The run that a retry tries again, as far as its files tell. */
final class EarlierRun {
    private final ArtifactStore store;
    private final RunSpec spec;
    private final RunLayout earlier;

    /**
     * @param spec of the retry
     */
    private EarlierRun(ArtifactStore store, RunSpec spec) {
        this.store = store;
        this.spec = spec;
        this.earlier = store.run(spec.retryOf());
    }

    /** Empty of a run that is no retry, or whose origin is gone or was asked for otherwise. */
    static Optional<EarlierRun> of(ArtifactStore store, RunSpec spec) {
        if (spec.retryOf() == null) {
            return Optional.empty();
        }
        EarlierRun run = new EarlierRun(store, spec);
        return run.read(run.earlier.run())
                .map(json -> MessageJson.read(json, RunRequested.class).spec())
                .filter(spec::retries)
                .map(same -> run);
    }

    /**
     * The plan that was made for the variant; empty where there is none.
     *
     * @param runId of the retry, in whose name it is reported
     */
    Optional<Step.Planned> plan(String runId, VariantSpec variant) {
        try {
            return read(earlier.variant(variant.name()).plan())
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

    /** What was said of scores and sums lies with the retry, too. */
    void copyReports(String runId) {
        RunLayout run = store.run(runId);
        copy(earlier.scores(), run.scores(), runId);
        copy(earlier.frontier(), run.frontier(), runId);
        copy(earlier.additivity(), run.additivity(), runId);
        read(earlier.additivityPlot()).ifPresent(plot -> store.write(run.additivityPlot(), plot));
    }

    private void copy(Path from, Path to, String runId) {
        read(from)
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

    private Optional<byte[]> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readAllBytes(file))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
