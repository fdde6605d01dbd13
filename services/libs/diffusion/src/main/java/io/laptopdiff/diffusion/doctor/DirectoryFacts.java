package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.diffusion.device.MemoryLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that is written to.
 *
 * @param use what is kept there
 * @param path with {@code ~} for the home directory
 * @param exists whether it is there; what is not is made when it is first needed
 * @param writable whether a file could be written there, or in the nearest directory above that
 *     exists
 * @param freeBytes of its disk
 */
public record DirectoryFacts(
        String use, String path, boolean exists, boolean writable, long freeBytes) {

    static DirectoryFacts of(String use, Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path there = absolute;
        while (!Files.isDirectory(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return new DirectoryFacts(
                use,
                Paths.withoutHome(absolute.toString()),
                there.equals(absolute),
                writable(there),
                there.toFile().getUsableSpace());
    }

    /** Tries to write, for permissions do not tell of read-only and full disks. */
    private static boolean writable(Path directory) {
        try {
            Path file = Files.createTempFile(directory, "laptop-diff-doctor-", ".tmp");
            Files.write(file, new byte[] {1});
            Files.delete(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String text() {
        return "%s: %s, %s, %s free"
                .formatted(
                        use,
                        path,
                        writable ? (exists ? "writable" : "can be made") : "not writable",
                        MemoryLimit.text(freeBytes));
    }
}
