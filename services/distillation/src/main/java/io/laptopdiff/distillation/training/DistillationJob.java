package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.checkpoints.Checkpoint;
import io.laptopdiff.distillation.checkpoints.Checkpoints;
import io.laptopdiff.distillation.checkpoints.Epoch;
import io.laptopdiff.distillation.checkpoints.Progress;
import io.laptopdiff.distillation.checkpoints.Trainee;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.Encoding;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the student of one plan, from its last whole checkpoint if there is one, and leaves it as
 * a diffusers directory. Every step depends on seed and step number alone, so a training that was
 * broken off and taken up again, by this worker or another, ends like one that was not.
 */
public final class DistillationJob {
    private static final Logger LOG = LoggerFactory.getLogger(DistillationJob.class);

    /** The most processes that may vanish in a row at one place: so many are no accident. */
    private static final int MOST_VANISHED = 5;

    /** The setting that bounds what the process may hold. */
    public static final String MEMORY = "laptopdiff.distillation.memory";

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final Devices devices;
    private final MemoryLimit memory;
    private final Clock clock;
    private final Results results;

    /**
     * @param devices share every batch
     * @param clock for {@code occurredAt}
     */
    public DistillationJob(Artifacts artifacts, ArtifactStore store, Devices devices, Clock clock) {
        this(artifacts, store, new MemoryLimit(OptionalLong.empty(), devices), clock);
    }

    /** Makes a job that runs on the limit's devices and stays within its memory. */
    public DistillationJob(
            Artifacts artifacts, ArtifactStore store, MemoryLimit memory, Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.devices = memory.devices();
        this.memory = memory;
        this.clock = clock;
        this.results = new Results(store, clock);
    }

    /**
     * Returns what an earlier training of the same plan came to.
     *
     * @throws StageException if the variant's directory holds the result of another request
     */
    public Optional<DistillationFinished> finished(PlanCreated plan) {
        return results.of(plan);
    }

    /**
     * Returns what a plan's student is trained on. It takes as long as reading all of it once.
     *
     * @throws RuntimeException if teacher or data set are not as they must be
     */
    public Encoding data(PlanCreated plan) {
        Path teacher = PipelineLocation.directory(plan.spec().teacher(), artifacts::local);
        return Encoding.of(
                store,
                teacher,
                ImageSource.open(artifacts.data(plan.spec().distillation().dataset())));
    }

    /** Trains to the last step on what the plan names. */
    public Optional<DistillationFinished> run(
            PlanCreated plan, Consumer<VariantEvent> events, Interruption interruption) {
        return run(plan, data(plan), events, interruption);
    }

    /**
     * Trains to the last step.
     *
     * @param encoding the plan's {@link #data}; what is missing of it is made first
     * @param events hears of start, every step and every checkpoint, on this thread
     * @return empty if it was interrupted, or replaced by a worker that took up the variant later
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public Optional<DistillationFinished> run(
            PlanCreated plan,
            Encoding encoding,
            Consumer<VariantEvent> events,
            Interruption interruption) {
        try {
            return train(plan, encoding, events, interruption);
        } finally {
            NativeHeap.trim(); // the next job of this process may be another service's
        }
    }

    private Optional<DistillationFinished> train(
            PlanCreated plan,
            Encoding encoding,
            Consumer<VariantEvent> events,
            Interruption interruption) {
        Path directory = encoding.teacher();
        NoiseScheduler scheduler = NoiseScheduler.read(directory.resolve("scheduler"));
        VariantLayout variant = store.run(plan.runId()).variant(plan.variant());
        String job = Fingerprint.of(plan, directory, encoding.name());
        DistillationRecipe recipe = plan.spec().distillation();
        Checkpoints checkpoints = new Checkpoints(store, variant, job, recipe.emaDecay() > 0);
        StepMemory.of(directory, plan, encoding.images().size(), devices)
                .ifPresent(
                        step ->
                                step.requireFits(
                                        recipe, memory.available(), "variant " + plan.variantId()));
        try (NDManager manager = devices.newManager();
                Teachers teachers =
                        new Teachers(
                                directory.resolve("unet"),
                                recipe.teacherPrecision(),
                                devices,
                                manager)) {
            long parameters = teachers.check(plan.plan());
            Optional<Checkpoint> last = checkpoints.last();
            Epoch epoch = claim(variant);
            Reports reports = new Reports(plan, epoch, clock, events);
            BooleanSupplier stop = () -> interruption.requested() || epoch.isReplaced();
            try {
                requireNotDeadly(plan, epoch, last);
                Optional<EncodedDataset> samples =
                        new DatasetEncoder(store).encode(encoding, manager, stop);
                if (samples.isEmpty()) {
                    return Optional.empty();
                }
                try (EncodedDataset dataset = samples.get()) {
                    reports.started(
                            last.map(Checkpoint::progress),
                            parameters,
                            devices.toString(),
                            Recovery.steps(plan) > 0 ? plan.candidates().size() : 0,
                            dataset.images());
                    TrainingData batches = new TrainingData(dataset, scheduler);
                    Optional<List<CandidateRecovery>> recoveries =
                            new Recovery(plan, job, teachers, batches, store, variant, manager)
                                    .run(stop);
                    if (recoveries.isEmpty()) {
                        return Optional.empty();
                    }
                    PruningPlan taken = Recovery.taken(plan, recoveries.get());
                    Batches drawn = batches.batches(recipe);
                    try (Trainee trainee = trainee(plan, taken, teachers, last, manager);
                            Replicas replicas =
                                    new Replicas(
                                            trainee, teachers, drawn, recipe.teacherGuidance())) {
                        Training training =
                                new Training(job, epoch, last, batches.cursor(recipe, last));
                        TrainingStep step = new TrainingStep(replicas, trainee, drawn, recipe);
                        SampleImages images =
                                new SampleImages(
                                        recipe, encoding, dataset, store, variant, stop, manager);
                        TrainingLog log =
                                new TrainingLog(store, variant.training(), training.step());
                        images.ofTeacher(() -> teachers.on(0));
                        images.ofStudent(training.step(), trainee.result());
                        training.resume();
                        boolean done =
                                new Distillation(
                                                plan,
                                                step,
                                                checkpoints,
                                                trainee,
                                                new VariantJournal(log, images),
                                                epoch,
                                                reports)
                                        .train(training, interruption);
                        return done && !epoch.isReplaced()
                                ? Optional.of(
                                        results.write(
                                                plan,
                                                directory,
                                                trainee.result(),
                                                training.progress(),
                                                taken,
                                                recoveries.get()))
                                : Optional.empty();
                    }
                }
            } catch (RuntimeException e) {
                // Whoever took over may have swept away what was being written.
                if (epoch.isReplaced()) {
                    LOG.info("broke off variant={} epoch={}", plan.variantId(), epoch.number(), e);
                    return Optional.empty();
                }
                throw e;
            } finally {
                epoch.survived();
            }
        }
    }

    /**
     * Refuses a record that takes every process down that gets it, which would else come back for
     * ever.
     */
    private static void requireNotDeadly(PlanCreated plan, Epoch epoch, Optional<Checkpoint> last) {
        if (epoch.vanished() < MOST_VANISHED) {
            return;
        }
        int step = last.map(Checkpoint::progress).map(Progress::step).orElse(0);
        throw new StageException(
                "The last "
                        + epoch.vanished()
                        + " processes that trained it from step "
                        + step
                        + " vanished before the next checkpoint",
                "variant " + plan.variantId(),
                "Look for what ended them: the system's log (out of memory), hs_err files (a crash),"
                        + " the end of their logs. With less memory needed"
                        + " (distillation.gradientCheckpointing, a smaller batchSize) or a"
                        + " shorter distillation.checkpointEverySteps, ask for it again; what was"
                        + " saved is kept.");
    }

    private Epoch claim(VariantLayout variant) {
        Epoch epoch = Epoch.claim(store, variant);
        store.sweep(variant.checkpoints());
        store.sweep(variant.directory());
        return epoch;
    }

    private static Trainee trainee(
            PlanCreated plan,
            PruningPlan taken,
            Teachers teachers,
            Optional<Checkpoint> last,
            NDManager manager) {
        Trainee.Settings settings = Trainee.Settings.of(plan.spec().distillation());
        UNet2DConditionModel fresh = teachers.student(taken, manager);
        if (last.isEmpty()) {
            return Trainee.fresh(fresh, settings, manager);
        }
        fresh.close();
        return last.get().restore(fresh.layout(), settings, manager);
    }
}
