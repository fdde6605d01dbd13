package io.laptopdiff.diffusion.fabrication;

import io.laptopdiff.common.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory beside its target that becomes the target, or goes: also when the process is asked to
 * end, for gigabytes under a hidden name would be found by no one.
 */
final class Staging implements AutoCloseable {

    private final Path target;
    private final Path temporary;
    private final Path directory;
    private final Thread atExit = new Thread(this::deleteAtExit, "delete an unfinished checkpoint");

    /**
     * @param target must not exist, or be an empty directory
     */
    Staging(Path target) throws IOException {
        this.target = target;
        Files.createDirectories(target.getParent());
        temporary = Files.createTempDirectory(target.getParent(), "." + target.getFileName());
        // A temporary directory is closed to other users; what becomes the target is not.
        directory = Files.createDirectory(temporary.resolve("whole"));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Returns the directory to write to. */
    Path directory() {
        return directory;
    }

    /** Puts all that was written in its place. */
    void finish() throws IOException {
        Files.move(
                directory,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was written, unless it was finished. */
    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            return; // the hook is at it
        }
        delete();
    }

    private void deleteAtExit() {
        try {
            delete();
        } catch (IOException e) {
            throw new UncheckedIOException("Remove " + temporary + " by hand", e);
        }
    }

    private void delete() throws IOException {
        Trees.delete(temporary);
    }
}
