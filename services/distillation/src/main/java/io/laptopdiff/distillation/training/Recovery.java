package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.loss.NonFiniteLossException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets candidate plans compete: each is distilled for a few steps, the first of its whole training,
 * and the one whose output is then nearest to the teacher's is taken. What is known of a candidate
 * is kept, so that a competition that was broken off goes on with the next.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int HELD_OUT_BATCHES = 4;

    /**
     * Makes another seed for the held-out draws, which are those of no training step; any number
     * would do.
     */
    private static final long HELD_OUT = 0x68656C646F7574L;

    private final PlanCreated plan;
    private final String job;
    private final DistillationRecipe recipe;
    private final Teachers teachers;
    private final TrainingData data;
    private final ArtifactStore store;
    private final Path file;
    private final NDManager parent;

    /**
     * @param job fingerprint of what is trained and how
     */
    Recovery(
            PlanCreated plan,
            String job,
            Teachers teachers,
            TrainingData data,
            ArtifactStore store,
            VariantLayout variant,
            NDManager parent) {
        this.plan = plan;
        this.job = job;
        this.recipe = plan.spec().distillation();
        this.teachers = teachers;
        this.data = data;
        this.store = store;
        this.file = variant.checkpoints().resolve(RecoveryLog.NAME);
        this.parent = parent;
    }

    /** Returns the steps that each candidate of a plan gets; 0 if there is nothing to choose. */
    static int steps(PlanCreated plan) {
        return plan.candidates().isEmpty()
                ? 0
                : plan.spec().variants().stream()
                        .filter(variant -> variant.name().equals(plan.variant()))
                        .mapToInt(VariantSpec::recoverySteps)
                        .findFirst()
                        .orElse(0);
    }

    /** The plan that is to be trained in full. */
    static PruningPlan taken(PlanCreated plan, List<CandidateRecovery> recoveries) {
        OptionalInt taken = RecoveryLog.indexOfTaken(recoveries);
        return taken.isPresent() ? plan.candidates().get(taken.getAsInt()) : plan.plan();
    }

    /**
     * Runs what is left of the competition.
     *
     * @return one for each candidate; none if there is nothing to choose; absent if told to stop
     * @throws StageException if a candidate does not fit the teacher, or all of them diverge
     */
    Optional<List<CandidateRecovery>> run(BooleanSupplier stop) {
        if (steps(plan) == 0) {
            return Optional.of(List.of());
        }
        RecoveryLog log = RecoveryLog.read(file, job);
        while (log.done().size() < plan.candidates().size()) {
            int candidate = log.done().size();
            Optional<OptionalDouble> loss = recovered(plan.candidates().get(candidate), stop);
            if (loss.isEmpty()) {
                return Optional.empty();
            }
            log = log.with(steps(plan), loss.get());
            log.write(store, file);
            LOG.info(
                    "candidate recovered variant={} candidate={} steps={} outputLoss={}",
                    plan.variantId(),
                    candidate,
                    steps(plan),
                    loss.get());
        }
        return Optional.of(
                log.decided()
                        .orElseThrow(
                                () ->
                                        new StageException(
                                                "The loss of every candidate diverges within %d steps"
                                                        .formatted(steps(plan)),
                                                "distillation.learningRate = "
                                                        + recipe.learningRate(),
                                                "Ask for a run with a lower"
                                                        + " distillation.learningRate.")));
    }

    /** The output loss afterwards, absent inside if it diverged; absent if told to stop. */
    private Optional<OptionalDouble> recovered(PruningPlan candidate, BooleanSupplier stop) {
        Batches batches = data.batches(recipe);
        try (NDManager scope = parent.newSubManager();
                Trainee trainee =
                        Trainee.fresh(
                                teachers.student(candidate, scope),
                                Trainee.Settings.of(recipe),
                                scope);
                Replicas replicas =
                        new Replicas(trainee, teachers, batches, recipe.teacherGuidance())) {
            TrainingStep step = new TrainingStep(replicas, trainee, batches, recipe);
            for (int i = 0; i < steps(plan); i++) {
                Optional<TrainingStep.Report> report = step.run(i, stop);
                if (report.isEmpty()) {
                    return Optional.empty();
                }
                if (!Double.isFinite(report.get().gradientNorm())) {
                    return Optional.of(OptionalDouble.empty());
                }
            }
            double loss = outputLoss(trainee.student(), scope);
            return Optional.of(
                    Double.isFinite(loss) ? OptionalDouble.of(loss) : OptionalDouble.empty());
        } catch (NonFiniteLossException e) {
            return Optional.of(OptionalDouble.empty());
        }
    }

    private double outputLoss(UNet2DConditionModel student, NDManager owner) {
        Batches batches = data.batches(recipe, recipe.seed() ^ HELD_OUT);
        Teacher taught = new Teacher(teachers.on(0), batches, recipe.teacherGuidance());
        List<Double> losses = new ArrayList<>();
        for (int i = 0; i < HELD_OUT_BATCHES; i++) {
            try (NDManager scope = owner.newSubManager()) {
                Batches.Batch batch = batches.at(i, scope);
                NDArray learnt =
                        GradientTape.withoutRecording(
                                () ->
                                        student.forward(
                                                        batch.noisy(),
                                                        batch.timesteps(),
                                                        batch.text(),
                                                        batch.added())
                                                .sample());
                NDArray wanted = taught.teach(batch, scope).sample();
                losses.add((double) wanted.sub(learnt).square().mean().getFloat());
            }
        }
        return losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
    }
}
