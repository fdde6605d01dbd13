package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.DistillationStarted;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.distillation.checkpoints.Epoch;
import io.laptopdiff.distillation.checkpoints.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes events of what happens to one training. */
final class Reports {

    private final PlanCreated plan;
    private final Epoch epoch;
    private final Clock clock;
    private final Consumer<VariantEvent> events;

    Reports(PlanCreated plan, Epoch epoch, Clock clock, Consumer<VariantEvent> events) {
        this.plan = plan;
        this.epoch = epoch;
        this.clock = clock;
        this.events = events;
    }

    private int steps() {
        return plan.spec().distillation().steps();
    }

    /**
     * @param device all that take part, such as "gpu0+gpu1"
     */
    void started(
            Optional<Progress> from,
            long studentParameters,
            String device,
            int candidates,
            TrainingImages images) {
        events.accept(
                new DistillationStarted(
                        plan.runId(),
                        clock.instant(),
                        plan.variant(),
                        epoch.number(),
                        steps(),
                        from.map(Progress::step).orElse(0),
                        studentParameters,
                        device,
                        candidates,
                        images));
    }

    void progressed(Training training, TrainingStep.Report report) {
        events.accept(
                new DistillationProgressed(
                        plan.runId(),
                        clock.instant(),
                        plan.variant(),
                        epoch.number(),
                        training.step(),
                        steps(),
                        report.losses(),
                        report.learningRate(),
                        report.gradientNorm(),
                        training.secondsPerStep(),
                        training.secondsPerStep() * (steps() - training.step()),
                        report.gradientShares()));
    }

    void saved(int step, Path directory) {
        events.accept(
                new CheckpointSaved(
                        plan.runId(),
                        clock.instant(),
                        plan.variant(),
                        epoch.number(),
                        step,
                        directory.toUri().toString()));
    }
}
