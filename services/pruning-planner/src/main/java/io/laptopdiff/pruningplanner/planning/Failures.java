package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;

/** What the parts below throw, told alike. */
final class Failures {
    private Failures() {}

    /**
     * @param doing names the work, for causes that do not say where they arose
     */
    static StageException of(RuntimeException cause, String doing) {
        if (cause instanceof CheckpointException e) {
            return new StageException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new StageException(e.what(), e.where(), e.howToFix(), e);
        }
        return StageException.of(cause, Stage.PLANNING, doing);
    }
}
