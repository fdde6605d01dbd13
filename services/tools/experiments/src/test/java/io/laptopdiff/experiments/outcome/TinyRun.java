package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.experiments.design.Experiment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** All events of a run of two units, in which every variant fares alike. */
public final class TinyRun {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Losses LOSSES =
            new Losses(1, 0.5, 0.25, List.of(new FeatureTerm("mid_block", 2, 0.25, 0.125)));
    private static final List<String> UNITS =
            List.of("down_blocks.0.resnets.0", "mid_block.resnets.0");

    private TinyRun() {}

    /** The events, newest first. */
    public static List<Message> events(Experiment experiment, double decline) {
        List<Message> events = new ArrayList<>();
        for (int slice = 0; slice < 2; slice++) {
            events.add(scored(slice));
            events.add(measured("plans-1", slice, 3.0 + slice));
            events.add(measured("additivity", slice, 100));
        }
        events.add(
                new AdditivityAudited(
                        "r",
                        START.plusSeconds(2),
                        List.of(new AdditivityPoint(UNITS, Map.of("output-loss", 3.0), 4, 0.5)),
                        List.of(
                                new AdditivityCorrelation(
                                        Criterion.OUTPUT_LOSS, null, 0.9, 0.8, 1.5))));
        for (VariantSpec variant : experiment.spec().variants()) {
            variant(events, experiment.spec(), variant, decline);
        }
        Collections.reverse(events);
        return events;
    }

    private static void variant(
            List<Message> events, RunSpec spec, VariantSpec variant, double decline) {
        String name = variant.name();
        boolean handcrafted = variant.handcrafted() != null;
        PruningPlan plan =
                new PruningPlan(
                        handcrafted ? List.of() : UNITS,
                        variant.handcrafted(),
                        variant.ratio(),
                        0.4,
                        40,
                        100,
                        60,
                        3.0,
                        Criterion.OUTPUT_LOSS,
                        "one-shot",
                        3.5,
                        0.5);
        events.add(new PlanCreated("r", START.plusSeconds(3), name, spec, plan, List.of()));
        for (int step = 1; step <= 2; step++) {
            events.add(
                    new DistillationProgressed(
                            "r",
                            START.plusSeconds(4 + step),
                            name,
                            1,
                            step,
                            2,
                            LOSSES,
                            1e-3,
                            1,
                            1,
                            0,
                            Map.of("task", 0.25, "features.mid_block", 0.25 * step)));
        }
        events.add(
                new DistillationFinished(
                        "r",
                        START.plusSeconds(8),
                        name,
                        spec,
                        "file:/student",
                        2,
                        LOSSES,
                        LOSSES,
                        60,
                        2,
                        plan,
                        List.of()));
        events.add(
                new EvaluationFinished(
                        "r",
                        START.plusSeconds(9),
                        name,
                        new Metrics(100, 50, 2, 30, 0.9, 1, 4),
                        new Metrics(60, 30, 1, 29, 0.8, 2, 4),
                        Map.of(),
                        Map.of("clip-score", new Decline(decline, decline - 1, decline + 1)),
                        List.of()));
    }

    /** A run that failed as a whole. */
    public static List<Message> failure() {
        return List.of(
                new StageFailed("r", START, null, Stage.SCORING, "no disk", "/data", "Make room."));
    }

    private static UnitScore score(String unit, double loss) {
        Moments one = Moments.NONE.plus(loss);
        return new UnitScore(
                unit,
                UnitKind.RESNET,
                40,
                one,
                List.of(one, Moments.NONE, Moments.NONE, Moments.NONE));
    }

    private static RemovalsMeasured measured(String purpose, int slice, double loss) {
        return new RemovalsMeasured(
                "r",
                START.plusSeconds(2),
                purpose,
                slice,
                2,
                List.of(UNITS),
                List.of(Moments.NONE.plus(loss)),
                1);
    }

    private static UnitsScored scored(int slice) {
        List<UnitScore> units =
                List.of(score(UNITS.get(0), 1.0 + slice), score(UNITS.get(1), 2.0 + slice));
        return new UnitsScored("r", START.plusSeconds(1), slice, 2, 100, units, 1);
    }
}
