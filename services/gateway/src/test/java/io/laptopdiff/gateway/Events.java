package io.laptopdiff.gateway;

import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.EvaluationProgressed;
import io.laptopdiff.contracts.EvaluationStarted;
import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The events of a run of two variants, as the services would publish them. */
public final class Events {
    public static final RunSpec SPEC =
            Json.read(
                    """
                    {"teacher": "/m", "calibration": {"dataset": "/d", "samples": 8, "slices": 2},
                     "variants": [{"name": "half", "ratio": 0.5},
                                  {"name": "hand", "handcrafted": "bk-base"}],
                     "distillation": {"dataset": "/d", "steps": 20},
                     "evaluation": {"scorer": "/c", "dataset": "/h"}}
                    """,
                    RunSpec.class);
    public static final Metrics TEACHER = new Metrics(100, 5000, 12.5, 31.5, 0.9, 1.25, 32);
    public static final Metrics STUDENT = new Metrics(45, 2500, 6.25, 30.5, 0.8, 2.5, 32);

    public static final TrainingImages IMAGES = new TrainingImages(9, Map.of("corrupt", 1));

    private final String runId;
    private Instant clock = Instant.now();

    public Events(String runId) {
        this.runId = runId;
    }

    public RunRequested requested() {
        return new RunRequested(runId, tick(), SPEC);
    }

    public List<Event> scoring() {
        return List.of(
                new ScoringStarted(runId, tick(), SPEC, 100, 1), slice(1), slice(0), slice(1));
    }

    public UnitsScored slice(int slice) {
        Moments all = Moments.NONE.plus(0.5);
        UnitScore score =
                new UnitScore(
                        "mid_block.resnets.0",
                        UnitKind.RESNET,
                        30,
                        all,
                        List.of(all, Moments.NONE, Moments.NONE, Moments.NONE));
        return new UnitsScored(runId, tick(), slice, 2, 100, List.of(score), 1.5);
    }

    public PlanCreated plan(String variant) {
        Double ratio = variant.equals("half") ? Double.valueOf(0.5) : null;
        return new PlanCreated(
                runId,
                tick(),
                variant,
                SPEC,
                new PruningPlan(
                        List.of("mid_block.resnets.0"),
                        ratio == null ? "bk-base" : null,
                        ratio,
                        0.55,
                        55,
                        100,
                        45,
                        0.5));
    }

    public List<Event> distillation(String variant) {
        return List.of(
                new DistillationStarted(runId, tick(), variant, 1, 20, 0, 45, "cpu", 0, IMAGES),
                progressed(variant, 1, 10),
                new CheckpointSaved(runId, tick(), variant, 1, 10, "file:/a/step-000010"),
                progressed(variant, 1, 20),
                new DistillationFinished(
                        runId,
                        tick(),
                        variant,
                        SPEC,
                        "file:/a/" + variant + "/student",
                        20,
                        losses(2),
                        losses(1),
                        45,
                        10));
    }

    public DistillationProgressed progressed(String variant, long epoch, int step) {
        return new DistillationProgressed(
                runId, tick(), variant, epoch, step, 20, losses(step), 5e-5, 1, 0.5, 20 - step);
    }

    public List<Event> evaluation(String variant) {
        return List.of(
                new EvaluationStarted(runId, tick(), variant, 32),
                new EvaluationProgressed(runId, tick(), variant, "student images", 16, 32, 2.0),
                new EvaluationFinished(
                        runId,
                        tick(),
                        variant,
                        TEACHER,
                        STUDENT,
                        Map.of("sheet", "file:/a/sheet.png")));
    }

    public StageFailed failed(String variant, Stage stage) {
        return new StageFailed(
                runId, tick(), variant, stage, "NaN weights", "conv_in.weight", "download again");
    }

    /** From request to the last evaluation, in order. */
    public List<Event> wholeLife() {
        List<Event> events = new ArrayList<>();
        events.add(requested());
        events.addAll(scoring());
        for (String variant : List.of("half", "hand")) {
            events.add(plan(variant));
            events.addAll(distillation(variant));
            events.addAll(evaluation(variant));
        }
        return events;
    }

    private static Losses losses(double total) {
        return new Losses(total, 0.5, 0.25, List.of(new FeatureTerm("mid_block", 1, 1, 1)));
    }

    private Instant tick() {
        clock = clock.plusSeconds(1);
        return clock;
    }
}
