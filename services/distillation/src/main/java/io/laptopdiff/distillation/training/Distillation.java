package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.distillation.checkpoints.Checkpoints;
import io.laptopdiff.distillation.checkpoints.Epoch;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.NonFiniteLossException;
import java.nio.file.Path;
import java.util.Optional;

/** The loop over the steps of one student: train, report, save, and stop when told. */
final class Distillation {

    private final PlanCreated plan;
    private final DistillationRecipe recipe;
    private final TrainingStep step;
    private final Checkpoints checkpoints;
    private final Trainee trainee;
    private final Journal journal;
    private final Epoch epoch;
    private final Reports reports;
    private int saved;

    Distillation(
            PlanCreated plan,
            TrainingStep step,
            Checkpoints checkpoints,
            Trainee trainee,
            Journal journal,
            Epoch epoch,
            Reports reports) {
        this.plan = plan;
        this.recipe = plan.spec().distillation();
        this.step = step;
        this.checkpoints = checkpoints;
        this.trainee = trainee;
        this.journal = journal;
        this.epoch = epoch;
        this.reports = reports;
    }

    /**
     * Trains on from where {@code training} is.
     *
     * @return whether the last step is done
     */
    boolean train(Training training, Interruption interruption) {
        saved = training.step();
        while (training.step() < recipe.steps()) {
            if (epoch.isReplaced()) {
                return false;
            }
            Optional<TrainingStep.Report> report =
                    interruption.requested() ? Optional.empty() : step(training, interruption);
            if (report.isEmpty()) {
                if (interruption.savesProgress() && training.step() > saved) {
                    save(training);
                }
                return false;
            }
            training.advance(report.get().losses(), step.samples());
            journal.stepped(training, report.get());
            reports.progressed(training, report.get());
            if (training.step() % recipe.checkpointEverySteps() == 0 && !epoch.isReplaced()) {
                save(training);
            }
        }
        journal.keeping();
        journal.kept(training.step(), trainee.result());
        return true;
    }

    private Optional<TrainingStep.Report> step(Training training, Interruption interruption) {
        int number = training.step();
        try {
            Optional<TrainingStep.Report> report =
                    step.run(number, training.cursor().samples(), interruption::requested);
            if (report.isEmpty() || Double.isFinite(report.get().gradientNorm())) {
                return report;
            }
            throw diverged("gradient", "norm " + report.get().gradientNorm(), number, null);
        } catch (NonFiniteLossException e) {
            throw diverged("loss", e.getMessage(), number, e);
        }
    }

    private StageException diverged(String what, String values, int number, Exception cause) {
        String kept = saved > 0 ? "; the checkpoint of step " + saved + " is still good" : "";
        return new StageException(
                "The %s is not finite at step %d: %s%s".formatted(what, number + 1, values, kept),
                "distillation.learningRate = "
                        + recipe.learningRate()
                        + " of variant "
                        + plan.variantId(),
                "Ask for a run with a lower distillation.learningRate, a longer distillation.warmupSteps, or"
                        + " a distillation.gradientClip above 0 (now "
                        + recipe.gradientClip()
                        + ").",
                cause);
    }

    private void save(Training training) {
        journal.keeping(); // first: a kill between the two would lose lines of steps that are kept
        Path directory = checkpoints.write(training.progress(), trainee);
        saved = training.step();
        epoch.survived();
        reports.saved(saved, directory);
        journal.kept(saved, trainee.result());
        training.resume();
    }
}
