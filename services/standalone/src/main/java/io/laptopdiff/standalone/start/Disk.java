package io.laptopdiff.standalone.start;

import java.nio.file.Path;

/** Where results will be, before anything of it is there. */
public final class Disk {
    private Disk() {}

    /** The nearest directory that is there already. */
    public static Path nearest(Path directory) {
        Path there = directory.toAbsolutePath();
        while (!there.toFile().exists()) {
            there = there.getParent();
        }
        return there;
    }
}
