package io.laptopdiff.gateway.status;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.List;
import java.util.Map;

/** A variant's status with its fields open, between one event and the next. */
final class VariantEdit {
    private final String name;
    VariantState state;
    PruningPlan plan;
    long epoch;
    StageProgress distillation;
    Losses losses;
    String student;
    StageProgress evaluation;
    String evaluationPhase;
    Metrics teacherMetrics;
    Metrics studentMetrics;
    Map<String, String> artifacts;
    Map<String, Decline> declines;
    List<String> gatesFailed;
    TrainingImages images;

    VariantEdit(VariantStatus status) {
        name = status.name();
        state = status.state();
        plan = status.plan();
        epoch = status.epoch();
        distillation = status.distillation();
        losses = status.losses();
        student = status.student();
        evaluation = status.evaluation();
        evaluationPhase = status.evaluationPhase();
        teacherMetrics = status.teacherMetrics();
        studentMetrics = status.studentMetrics();
        artifacts = status.artifacts();
        declines = status.declines();
        gatesFailed = status.gatesFailed();
        images = status.images();
    }

    VariantStatus status() {
        return new VariantStatus(
                name,
                state,
                plan,
                epoch,
                distillation,
                losses,
                student,
                evaluation,
                evaluationPhase,
                teacherMetrics,
                studentMetrics,
                artifacts,
                declines,
                gatesFailed,
                images);
    }
}
