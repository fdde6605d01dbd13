package io.laptopdiff.distillation.training;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.common.Trees;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.EarlierRuns;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.checkpoints.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of trainings: {@code student/}, and {@code distillation.json} beside it, which says
 * that it is whole.
 */
final class Results {
    private static final Logger LOG = LoggerFactory.getLogger(Results.class);

    private final ArtifactStore store;
    private final Clock clock;

    Results(ArtifactStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    private VariantLayout variant(PlanCreated plan) {
        return store.run(plan.runId()).variant(plan.variant());
    }

    /**
     * The result of a plan, if it is there.
     *
     * @throws StageException if it belongs to another request
     */
    Optional<DistillationFinished> of(PlanCreated plan) {
        Path marker = variant(plan).distillation();
        Optional<DistillationFinished> written = read(marker);
        if (written.isEmpty()) {
            return EarlierRuns.of(plan.spec(), id -> store.read(store.run(id).run())).stream()
                    .map(id -> takenOver(plan, store.run(id).variant(plan.variant())))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        DistillationFinished before = written.get();
        if (!before.spec().equals(plan.spec())) {
            throw new StageException(
                    "The variant was distilled for a request of other content",
                    marker.toString(),
                    "Ask for a run of another id, or remove " + variant(plan).directory() + ".");
        }
        return Optional.of(before);
    }

    /**
     * The student that a run has trained which this one goes back to; it lies with this run from
     * then on, whatever becomes of the other.
     */
    private Optional<DistillationFinished> takenOver(PlanCreated plan, VariantLayout earlier) {
        Optional<DistillationFinished> trained =
                Files.isDirectory(earlier.student())
                        ? readIfOfThisVersion(earlier.distillation())
                        : Optional.empty();
        if (trained.filter(result -> follows(result, plan)).isEmpty()) {
            return Optional.empty();
        }
        DistillationFinished before = trained.get();
        VariantLayout variant = variant(plan);
        store.writeDirectory(variant.student(), part -> Trees.link(earlier.student(), part));
        store.read(earlier.training()).ifPresent(table -> store.write(variant.training(), table));
        if (Files.isDirectory(earlier.samples())) {
            store.writeDirectory(variant.samples(), part -> Trees.link(earlier.samples(), part));
        }
        LOG.info("trained before variant={} by={}", plan.variantId(), before.variantId());
        return Optional.of(
                mark(
                        new DistillationFinished(
                                plan.runId(),
                                clock.instant(),
                                plan.variant(),
                                plan.spec(),
                                store.location(variant.student()),
                                before.steps(),
                                before.initialLosses(),
                                before.finalLosses(),
                                before.parameters(),
                                before.seconds(),
                                before.plan(),
                                before.recoveries())));
    }

    /**
     * Returns whether that student was trained so, and is cut as the plan, or a candidate, says.
     */
    private static boolean follows(DistillationFinished before, PlanCreated plan) {
        return plan.spec().retries(before.spec())
                && before.plan() != null
                && (before.plan().equals(plan.plan()) || plan.candidates().contains(before.plan()));
    }

    private Optional<DistillationFinished> read(Path marker) {
        return store.read(marker).map(json -> MessageJson.read(json, DistillationFinished.class));
    }

    private Optional<DistillationFinished> readIfOfThisVersion(Path marker) {
        try {
            return read(marker);
        } catch (InvalidMessageException e) {
            return Optional.empty(); // it is trained anew
        }
    }

    private DistillationFinished mark(DistillationFinished finished) {
        store.write(
                store.run(finished.runId()).variant(finished.variant()).distillation(),
                MessageJson.tree(finished).toPrettyString().getBytes(StandardCharsets.UTF_8));
        return finished;
    }

    /**
     * Writes the student, then what is said of it.
     *
     * @param teacher pipeline directory, whose other components are copied
     * @param trained the plan that the student follows
     * @param recoveries of its rivals and itself; empty where there were none
     */
    DistillationFinished write(
            PlanCreated plan,
            Path teacher,
            UNet2DConditionModel student,
            Progress progress,
            PruningPlan trained,
            List<CandidateRecovery> recoveries) {
        VariantLayout variant = variant(plan);
        store.writeDirectory(
                variant.student(), part -> StudentDirectory.fill(teacher, student, part));
        return mark(
                new DistillationFinished(
                        plan.runId(),
                        clock.instant(),
                        plan.variant(),
                        plan.spec(),
                        store.location(variant.student()),
                        progress.step(),
                        progress.initialLosses(),
                        progress.lastLosses(),
                        student.parameters(),
                        progress.seconds(),
                        trained,
                        recoveries));
    }
}
