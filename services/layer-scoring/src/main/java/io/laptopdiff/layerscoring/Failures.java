package io.laptopdiff.layerscoring;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.dataset.DatasetException;

/** What the parts below throw, told alike. */
public final class Failures {

    private Failures() {}

    /**
     * Any failure of the work in the form of a {@link StageException}.
     *
     * @param doing names the work for causes that do not say where they arose, e.g. {@code run r1}
     */
    public static StageException of(RuntimeException cause, String doing) {
        if (cause instanceof CheckpointException e) {
            return new StageException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof DatasetException e) {
            return new StageException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new StageException(e.what(), e.where(), e.howToFix(), e);
        }
        return StageException.of(cause, Stage.SCORING, doing);
    }
}
