package io.laptopdiff.distillation.training;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.checkpoints.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trained students: {@code student/}, and {@code distillation.json} beside it, which says that it
 * is whole.
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

    private static Path marker(VariantLayout variant) {
        return variant.directory().resolve("distillation.json");
    }

    /**
     * The result of a plan, if it is there.
     *
     * @throws StageException if it belongs to another request
     */
    Optional<DistillationFinished> of(PlanCreated plan) {
        Path marker = marker(variant(plan));
        if (!Files.exists(marker)) {
            return takenOver(plan);
        }
        DistillationFinished before = read(marker);
        if (!before.spec().equals(plan.spec())) {
            throw new StageException(
                    "The variant was distilled for a request of other content",
                    marker.toString(),
                    "Ask for a run of another id, or remove " + variant(plan).directory() + ".");
        }
        return Optional.of(before);
    }

    /**
     * The student that the run has trained which this one retries; it lies with this run from then
     * on, whatever becomes of the other.
     */
    private Optional<DistillationFinished> takenOver(PlanCreated plan) {
        if (plan.spec().retryOf() == null) {
            return Optional.empty();
        }
        VariantLayout earlier = store.run(plan.spec().retryOf()).variant(plan.variant());
        if (!Files.exists(marker(earlier)) || !Files.isDirectory(earlier.student())) {
            return Optional.empty();
        }
        DistillationFinished before = read(marker(earlier));
        if (!plan.spec().retries(before.spec()) || !follows(before, plan)) {
            return Optional.empty();
        }
        VariantLayout variant = variant(plan);
        store.writeDirectory(variant.student(), part -> Trees.link(earlier.student(), part));
        if (Files.isRegularFile(earlier.training())) {
            store.write(variant.training(), bytes(earlier.training()));
        }
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

    /** Whether that student is cut as the plan, or one of its candidates, says. */
    private static boolean follows(DistillationFinished before, PlanCreated plan) {
        return before.plan() != null
                && (before.plan().equals(plan.plan()) || plan.candidates().contains(before.plan()));
    }

    private static DistillationFinished read(Path marker) {
        return MessageJson.read(bytes(marker), DistillationFinished.class);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private DistillationFinished mark(DistillationFinished finished) {
        store.write(
                marker(store.run(finished.runId()).variant(finished.variant())),
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
