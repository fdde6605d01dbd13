package io.laptopdiff.standalone.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at the disk where results will be, before anything of it is there. */
public final class Disk {
    private Disk() {}

    /**
     * Makes a directory for results, and sees that files can be written there.
     *
     * @throws UnusablePathException if not
     */
    static void requireWritable(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "laptop-diff-", ".writable"));
        } catch (IOException e) {
            throw new UnusablePathException(
                    "--data: "
                            + directory
                            + " cannot be written ("
                            + e
                            + "); choose another directory, or give yourself the right to write there",
                    e);
        }
    }

    /** The nearest directory that is there already. */
    public static Path nearest(Path directory) {
        Path there = directory.toAbsolutePath();
        while (!there.toFile().exists()) {
            there = there.getParent();
        }
        return there;
    }
}
