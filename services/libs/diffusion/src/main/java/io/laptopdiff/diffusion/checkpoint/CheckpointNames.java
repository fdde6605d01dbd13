package io.laptopdiff.diffusion.checkpoint;

import java.nio.file.Path;
import java.util.Set;

/**
 * The tensor names that a checkpoint directory holds, for models whose files spell some of them in
 * an older way.
 */
public final class CheckpointNames {

    private CheckpointNames() {}

    /**
     * Reads the headers only.
     *
     * @throws CheckpointException as {@link StateDict#read}
     */
    public static Set<String> of(Path directory, String baseName) {
        try (CheckpointFiles files = CheckpointFiles.open(directory, baseName)) {
            return files.names();
        }
    }
}
