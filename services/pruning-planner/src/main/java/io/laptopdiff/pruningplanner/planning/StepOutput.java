package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.ScoringSettled;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.pruningplanner.additivity.Additivity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What one step says of a run, as messages and files. */
final class StepOutput {
    private final String runId;
    private final RunSpec spec;
    private final ArtifactStore store;

    /** The time of all messages: workers tell by it which tasks were asked for together. */
    private final Instant now;

    private final List<Message> messages = new ArrayList<>();

    StepOutput(String runId, RunSpec spec, ArtifactStore store, Clock clock) {
        this.runId = runId;
        this.spec = spec;
        this.store = store;
        this.now = clock.instant();
    }

    List<Message> messages() {
        return messages;
    }

    void score(int slice) {
        messages.add(ScoreUnits.of(runId, now, spec, slice));
    }

    /** Asks for measuring sets on every slice below a number. */
    void measure(String purpose, List<List<String>> sets, int slices) {
        for (int slice = 0; slice < slices; slice++) {
            messages.add(
                    new MeasureRemovals(
                            runId,
                            now,
                            purpose,
                            spec.teacher(),
                            spec.calibration(),
                            slice,
                            sets,
                            spec.scoring().precision()));
        }
    }

    void scores(ScoreReport report) {
        write(layout().scores(), report);
    }

    void frontier(FrontierReport report) {
        write(layout().frontier(), report);
    }

    /** The end of adaptive sampling. */
    void settled(long samples, int slices, boolean stable) {
        messages.add(new ScoringSettled(runId, now, samples, slices, stable));
    }

    void audited(Additivity audit) {
        AdditivityStep.write(audit, store, runId);
        messages.add(new AdditivityAudited(runId, now, audit.points(), audit.correlations()));
    }

    void planned(String variant, Step.Planned planned) {
        write(layout().variant(variant).plan(), planned.report());
        messages.add(
                new PlanCreated(runId, now, variant, spec, planned.plan(), planned.candidates()));
    }

    /**
     * @param variant null where the whole run failed
     */
    void failed(String variant, Throwable cause) {
        String doing = variant == null ? runId : runId + "/" + variant;
        StageException told = StageException.of(cause, Stage.PLANNING, doing);
        messages.add(
                new StageFailed(
                        runId,
                        now,
                        variant,
                        Stage.PLANNING,
                        told.what(),
                        told.where(),
                        told.howToFix()));
    }

    private RunLayout layout() {
        return store.run(runId);
    }

    private void write(Path file, Record report) {
        store.write(file, Json.writePretty(report).getBytes(StandardCharsets.UTF_8));
    }
}
