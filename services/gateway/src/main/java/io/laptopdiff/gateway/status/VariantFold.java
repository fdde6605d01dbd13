package io.laptopdiff.gateway.status;

import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.EvaluationProgressed;
import io.laptopdiff.contracts.EvaluationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;

/** What an event says about its variant. */
final class VariantFold {
    private VariantFold() {}

    static VariantStatus with(VariantStatus old, VariantEvent event) {
        VariantEdit edit = new VariantEdit(old);
        if (event instanceof PlanCreated created) {
            edit.state =
                    old.state()
                            .advance(
                                    created.spec().planOnly()
                                            ? VariantState.FINISHED
                                            : VariantState.PLANNED);
            boolean trained = old.student() != null && old.plan() != null;
            edit.plan = trained ? old.plan() : created.plan();
        } else if (event instanceof DistillationStarted started) {
            distilling(edit, started.epoch(), started.resumedFromStep(), started.steps(), null);
            edit.images = started.images() == null ? old.images() : started.images();
        } else if (event instanceof DistillationProgressed progressed) {
            if (distilling(
                    edit,
                    progressed.epoch(),
                    progressed.step(),
                    progressed.steps(),
                    progressed.secondsLeft())) {
                edit.losses = progressed.losses();
            }
        } else if (event instanceof DistillationFinished finished) {
            edit.state = old.state().advance(VariantState.DISTILLED);
            edit.distillation = new StageProgress(finished.steps(), finished.steps(), 0.0);
            edit.losses = finished.finalLosses();
            edit.student = finished.student();
            if (finished.plan() != null) { // a short distillation took another candidate
                edit.plan = finished.plan();
            }
        } else if (event instanceof EvaluationStarted) {
            edit.state = old.state().advance(VariantState.EVALUATING);
        } else if (event instanceof EvaluationProgressed progressed) {
            evaluating(edit, progressed);
        } else if (event instanceof EvaluationFinished finished) {
            // The failure that tells of the gate comes by another topic, before or after this.
            edit.state =
                    old.state()
                            .advance(
                                    finished.gatesFailed().isEmpty()
                                            ? VariantState.FINISHED
                                            : VariantState.FAILED);
            edit.teacherMetrics = finished.teacher();
            edit.studentMetrics = finished.student();
            edit.artifacts = finished.artifacts();
            edit.declines = finished.declines();
            edit.gatesFailed = finished.gatesFailed();
            edit.evaluationPhase = null;
            edit.evaluation = new StageProgress(1, 1, 0.0);
        }
        return edit.status();
    }

    static VariantStatus ended(VariantStatus old, VariantState how) {
        VariantEdit edit = new VariantEdit(old);
        edit.state = old.state().advance(how);
        return edit.status();
    }

    static RunState runState(RunState old, VariantEvent event) {
        if (event instanceof PlanCreated created) {
            return created.spec().planOnly() ? old : old.distilling();
        }
        if (event instanceof EvaluationStarted || event instanceof EvaluationProgressed) {
            return old.evaluating();
        }
        return old;
    }

    /** A worker that was replaced may still report; only the newest epoch's steps count. */
    private static boolean distilling(
            VariantEdit edit, long epoch, int step, int steps, Double secondsLeft) {
        edit.state = edit.state.advance(VariantState.DISTILLING);
        boolean finished = edit.student != null;
        boolean older =
                epoch < edit.epoch
                        || (epoch == edit.epoch
                                && edit.distillation != null
                                && step < edit.distillation.done());
        edit.epoch = Math.max(epoch, edit.epoch);
        if (finished || older) {
            return false;
        }
        edit.distillation = new StageProgress(step, steps, secondsLeft);
        return true;
    }

    private static void evaluating(VariantEdit edit, EvaluationProgressed event) {
        edit.state = edit.state.advance(VariantState.EVALUATING);
        if (edit.studentMetrics == null) {
            edit.evaluation = new StageProgress(event.done(), event.total(), event.secondsLeft());
            edit.evaluationPhase = event.phase();
        }
    }
}
