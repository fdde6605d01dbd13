package io.laptopdiff.distillation.checkpoints;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.estimation.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of one variant. Whatever has its final name is whole; the last two are kept. */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{6,18})");

    private final ArtifactStore store;
    private final VariantLayout variant;
    private final String job;
    private final boolean averaged;

    /**
     * @param job fingerprint of what is trained and how; a checkpoint of another job is not taken
     *     up
     * @param averaged whether a moving average of the weights is kept
     */
    public Checkpoints(ArtifactStore store, VariantLayout variant, String job, boolean averaged) {
        this.store = store;
        this.variant = variant;
        this.job = job;
        this.averaged = averaged;
    }

    /**
     * The last whole checkpoint. One that somebody damaged is passed over for the one before it.
     *
     * @throws StageException if the checkpoints belong to another job
     */
    public Optional<Checkpoint> last() {
        List<Path> steps = steps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Optional<Progress> progress = read(steps.get(i));
            if (progress.isPresent()) {
                requireSameJob(progress.get(), steps.get(i));
                return Optional.of(new Checkpoint(steps.get(i), progress.get()));
            }
        }
        return Optional.empty();
    }

    private Optional<Progress> read(Path directory) {
        try {
            Progress progress =
                    Json.read(
                            Files.readAllBytes(directory.resolve(Checkpoint.PROGRESS)),
                            Progress.class);
            SafetensorsFile.open(
                            directory
                                    .resolve(Checkpoint.UNET)
                                    .resolve(UNet2DConditionModel.WEIGHTS + ".safetensors"))
                    .close();
            SafetensorsFile.open(directory.resolve(Checkpoint.OPTIMIZER + ".safetensors")).close();
            if (averaged) {
                SafetensorsFile.open(directory.resolve(Checkpoint.AVERAGE + ".safetensors"))
                        .close();
            }
            return Optional.of(progress);
        } catch (IOException | InvalidMessageException | CheckpointException e) {
            LOG.warn("checkpoint passed over directory={} reason={}", directory, e.getMessage());
            return Optional.empty();
        }
    }

    private void requireSameJob(Progress progress, Path directory) {
        if (!progress.job().equals(job)) {
            throw new StageException(
                    "The checkpoint belongs to another teacher, data set, plan or recipe",
                    directory.toString(),
                    "Ask for a run of another id, or remove " + variant.checkpoints() + ".");
        }
    }

    /**
     * Writes a checkpoint and drops those that are no longer needed.
     *
     * @return its directory
     */
    public Path write(Progress progress, Trainee trainee) {
        Path directory = variant.checkpoint(progress.step());
        store.writeDirectory(
                directory,
                part -> {
                    trainee.student().write(part.resolve(Checkpoint.UNET), TensorType.F32);
                    trainee.optimizer().write(part, Checkpoint.OPTIMIZER);
                    if (averaged) {
                        trainee.average().average().write(part, Checkpoint.AVERAGE, TensorType.F32);
                    }
                    Files.writeString(
                            part.resolve(Checkpoint.PROGRESS), Json.writePretty(progress));
                });
        List<Path> steps = steps();
        steps.subList(0, Math.max(0, steps.size() - WorkerSettings.KEPT_CHECKPOINTS))
                .forEach(store::delete);
        return directory;
    }

    /**
     * Lists the checkpoints in the order of their steps, which is not that of their names beyond a
     * million.
     */
    private List<Path> steps() {
        return store.list(variant.checkpoints()).stream()
                .filter(path -> NAME.matcher(path.getFileName().toString()).matches())
                .sorted(Comparator.comparingLong(Checkpoints::step))
                .toList();
    }

    private static long step(Path directory) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }
}
