package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Plans every variant of a run once all its scores are there; doing so again changes nothing. */
public final class RunPlanner {
    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final Clock clock;

    public RunPlanner(Artifacts artifacts, ArtifactStore store, Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Writes scores.json and a plan.json per variant.
     *
     * @param slices every slice of the calibration set, in any order
     * @return a PlanCreated or StageFailed per variant, or one StageFailed for the whole run
     */
    public List<Event> plan(ScoringStarted run, List<UnitsScored> slices) {
        try {
            List<UnitScore> scores = fold(run, slices);
            VariantPlanner planner = new VariantPlanner(teacher(run.spec()), scores);
            write(store.run(run.runId()).scores(), report(run, scores));
            List<Event> events = new ArrayList<>();
            for (VariantSpec variant : run.spec().variants()) {
                events.add(plan(run, variant, planner));
            }
            return events;
        } catch (RuntimeException e) {
            return List.of(failure(run, null, PlanningException.of(e, run.id())));
        }
    }

    private static List<UnitScore> fold(ScoringStarted run, List<UnitsScored> slices) {
        ScoreFold fold = ScoreFold.EMPTY;
        for (UnitsScored slice : slices) {
            fold = fold.with(slice);
        }
        int wanted = run.spec().calibration().slices();
        if (!fold.complete() || fold.slices().size() != wanted) {
            throw new PlanningException(
                    fold.slices().size()
                            + " slices were scored, and the request asks for "
                            + wanted,
                    "slices",
                    "Ask for a new run under an id of its own.");
        }
        return fold.scores();
    }

    private UNetLayout teacher(RunSpec spec) {
        Path directory = artifacts.directory(spec.teacher());
        return UNetLayout.of(UNetConfig.read(directory.resolve("unet")));
    }

    private Event plan(ScoringStarted run, VariantSpec variant, VariantPlanner planner) {
        try {
            PruningPlan plan = planner.plan(variant);
            RunLayout layout = store.run(run.runId());
            write(
                    layout.variant(variant.name()).plan(),
                    new PlanReport(run.runId(), variant.name(), ScoreReport.OUTPUT_LOSS, plan));
            return new PlanCreated(run.runId(), clock.instant(), variant.name(), run.spec(), plan);
        } catch (RuntimeException e) {
            String doing = run.runId() + "/" + variant.name();
            return failure(run, variant.name(), PlanningException.of(e, doing));
        }
    }

    private static ScoreReport report(ScoringStarted run, List<UnitScore> scores) {
        return new ScoreReport(
                run.runId(),
                ScoreReport.OUTPUT_LOSS,
                run.spec().teacher(),
                run.teacherParameters(),
                run.spec().calibration(),
                scores.get(0).all().count(),
                scores.stream().map(ScoreReport.UnitReport::of).toList());
    }

    private void write(Path file, Record report) {
        store.write(file, Json.writePretty(report).getBytes(StandardCharsets.UTF_8));
    }

    private StageFailed failure(ScoringStarted run, String variant, PlanningException e) {
        return new StageFailed(
                run.runId(),
                clock.instant(),
                variant,
                Stage.PLANNING,
                e.what(),
                e.where(),
                e.howToFix());
    }
}
