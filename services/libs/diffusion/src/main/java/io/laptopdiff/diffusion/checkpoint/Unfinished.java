package io.laptopdiff.diffusion.checkpoint;

import java.nio.file.Path;
import java.util.UUID;

/**
 * Where something is written before it gets its name. The system's temporary files would not do:
 * they are for their owner's eyes only, and stay so under their new name, while services of other
 * users read what is written here.
 */
public final class Unfinished {

    private Unfinished() {}

    /** A hidden path beside the target that nobody else has; nothing is there yet. */
    public static Path beside(Path target) {
        Path absolute = target.toAbsolutePath();
        return absolute.resolveSibling(
                "." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }
}
