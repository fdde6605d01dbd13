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

/**
 * Trained students: {@code student/}, and {@code distillation.json} beside it, which says that it
 * is whole.
 */
final class Results {

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
            return Optional.empty();
        }
        DistillationFinished before;
        try {
            before = MessageJson.read(Files.readAllBytes(marker), DistillationFinished.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + marker, e);
        }
        if (!before.spec().equals(plan.spec())) {
            throw new StageException(
                    "The variant was distilled for a request of other content",
                    marker.toString(),
                    "Ask for a run of another id, or remove " + variant(plan).directory() + ".");
        }
        return Optional.of(before);
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
        DistillationFinished finished =
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
                        recoveries);
        store.write(
                marker(variant),
                MessageJson.tree(finished).toPrettyString().getBytes(StandardCharsets.UTF_8));
        return finished;
    }
}
