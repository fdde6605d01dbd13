package io.laptopdiff.contracts;

import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One message of each type, equal to what the golden files say. */
final class Samples {
    static final Instant AT = Instant.parse("2026-03-01T12:00:00.250Z");
    static final CalibrationSpec CALIBRATION = new CalibrationSpec("file:/data/train", 16, 2, 7);
    static final RunSpec SPEC =
            new RunSpec(
                    "/models/sd15",
                    CALIBRATION,
                    List.of(
                            VariantSpec.ofRatio("half", 0.5),
                            VariantSpec.ofHandcrafted("hand", "bk-base")),
                    new DistillationRecipe(
                            "file:/data/train",
                            100,
                            4,
                            5e-5,
                            10,
                            0.01,
                            1,
                            1,
                            1,
                            0.5,
                            FeatureNormalization.SQUARED_L2,
                            3,
                            50,
                            0.1),
                    new EvaluationSpec(
                            "/models/clip", "/data/held-out", 32, 11, 20, 7.5, SamplerName.DDIM));
    static final PruningPlan PLAN =
            new PruningPlan(
                    List.of("down_blocks.0.resnets.1", "mid_block.resnets.0"),
                    null,
                    0.5,
                    0.55,
                    55,
                    100,
                    45,
                    0.125);
    static final Losses LOSSES =
            new Losses(2.5, 0.75, 0.25, List.of(new FeatureTerm("mid_block", 12, 3, 0.25)));
    static final Metrics TEACHER = new Metrics(100, 5000, 12.5, 31.5, 0.9375, 1.25, 32);
    static final Metrics STUDENT = new Metrics(45, 2500, 6.25, 30.5, 0.875, 2.5, 32);
    static final StageFailed FAILED =
            new StageFailed(
                    "run-1",
                    AT,
                    "half",
                    Stage.DISTILLATION,
                    "the tensor conv_in.weight holds NaN",
                    "/models/sd15/unet/diffusion_pytorch_model.safetensors",
                    "download the checkpoint again");

    private static final TrainingImages IMAGES =
            new TrainingImages(97, Map.of("corrupt", 2, "too-small", 1));

    static final List<Message> ALL =
            List.of(
                    new RunRequested("run-1", AT, SPEC),
                    new RunCancelRequested("run-1", AT),
                    new RunDeleted("run-1", AT),
                    new ScoreUnits("run-1", AT, "/models/sd15", CALIBRATION, 1),
                    new ScoringStarted(
                            "run-1",
                            AT,
                            SPEC,
                            100,
                            1,
                            List.of("unet/config.json: ignored, as diffusers ignores them: decay")),
                    slice(1, 2, 0.5, 1.5),
                    new MeasureRemovals(
                            "run-1",
                            AT,
                            "half-round-2",
                            "/models/sd15",
                            CALIBRATION,
                            1,
                            List.of(PLAN.removedUnits())),
                    new RemovalsMeasured(
                            "run-1",
                            AT,
                            "half-round-2",
                            1,
                            2,
                            List.of(PLAN.removedUnits()),
                            List.of(Moments.NONE.plus(0.5).plus(0.25)),
                            1.5),
                    new ScoringSettled("run-1", AT, 16, 2, true),
                    new AdditivityAudited(
                            "run-1",
                            AT,
                            List.of(
                                    new AdditivityPoint(
                                            PLAN.removedUnits(),
                                            Map.of("output-loss", 0.5),
                                            0.625,
                                            0.125)),
                            List.of(
                                    new AdditivityCorrelation(
                                            Criterion.OUTPUT_LOSS, null, 0.75, 0.5, 1.25))),
                    new PlanCreated("run-1", AT, "half", SPEC, PLAN, List.of(PLAN)),
                    new PrepareShard("run-1", AT, "/models/tiny", "/data/train", "0af3", 1, 4),
                    new ShardPrepared("run-1", AT, "0af3", 1, 4, 2.5),
                    new DistillationStarted("run-1", AT, "half", 2, 100, 50, 45, "cpu", 2, IMAGES),
                    new DistillationProgressed(
                            "run-1", AT, "half", 2, 60, 100, LOSSES, 5e-5, 1.5, 0.5, 20),
                    new CheckpointSaved(
                            "run-1", AT, "half", 2, 50, "file:/a/half/checkpoints/step-000050"),
                    new DistillationFinished(
                            "run-1",
                            AT,
                            "half",
                            SPEC,
                            "file:/a/half/student",
                            100,
                            LOSSES,
                            LOSSES,
                            45,
                            50,
                            PLAN,
                            List.of(
                                    new CandidateRecovery(20, 0.25, true),
                                    new CandidateRecovery(20, null, false))),
                    new EvaluationStarted("run-1", AT, "half", 32),
                    new EvaluationProgressed("run-1", AT, "half", "student images", 8, 32, 12.5),
                    new EvaluationFinished(
                            "run-1",
                            AT,
                            "half",
                            TEACHER,
                            STUDENT,
                            Map.of("sheet", "file:/a/half/evaluation/sheet.png")),
                    FAILED,
                    new RunStatus(
                            "run-1",
                            AT,
                            AT,
                            SPEC,
                            new RunState.Distilling(),
                            false,
                            new StageProgress(2, 2, 0.0),
                            List.of(
                                    new VariantStatus(
                                            "half",
                                            VariantState.DISTILLING,
                                            PLAN,
                                            2,
                                            new StageProgress(60, 100, 20.0),
                                            LOSSES,
                                            null,
                                            null,
                                            null,
                                            null,
                                            null,
                                            Map.of(),
                                            Map.of(),
                                            List.of(),
                                            IMAGES),
                                    VariantStatus.requested("hand")),
                            List.of()));

    private Samples() {}

    /** A slice of one unit; each value falls into the quartile of its position. */
    static UnitsScored slice(int slice, int slices, double... values) {
        Moments all = Moments.NONE;
        Moments[] quartiles = {Moments.NONE, Moments.NONE, Moments.NONE, Moments.NONE};
        for (int i = 0; i < values.length; i++) {
            all = all.plus(values[i]);
            quartiles[i % 4] = quartiles[i % 4].plus(values[i]);
        }
        UnitScore score =
                new UnitScore(
                        "down_blocks.0.resnets.1", UnitKind.RESNET, 30, all, List.of(quartiles));
        return new UnitsScored("run-1", AT, slice, slices, 100, List.of(score), 4.5);
    }
}
