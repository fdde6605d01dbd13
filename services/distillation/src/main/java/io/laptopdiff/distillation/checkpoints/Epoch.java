package io.laptopdiff.distillation.checkpoints;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claim of one worker on one variant. Workers that take up a variant count up from 1; whoever
 * does not hold the highest epoch has been replaced and writes nothing more. The claims are files
 * that only one worker can create.
 */
public final class Epoch {

    private static final Logger LOG = LoggerFactory.getLogger(Epoch.class);

    private final Path claims;
    private final long number;

    private Epoch(Path claims, long number) {
        this.claims = claims;
        this.number = number;
    }

    /**
     * Takes up a variant and replaces whoever had it.
     *
     * @throws io.laptopdiff.artifacts.ArtifactException if the run was deleted
     */
    public static Epoch claim(ArtifactStore store, VariantLayout variant) {
        Path claims = variant.checkpoints().resolve("epochs");
        try {
            store.createDirectories(claims);
            long number = 1;
            while (!create(claims, number)) {
                number++;
            }
            return new Epoch(claims, number);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot claim " + claims, e);
        }
    }

    private static boolean create(Path claims, long number) throws IOException {
        try {
            Files.createFile(file(claims, number));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static Path file(Path claims, long number) {
        return claims.resolve(String.format(Locale.ROOT, "epoch-%06d", number));
    }

    /** Counts the workers that took up the variant, this one included. */
    public long number() {
        return number;
    }

    /**
     * Notes that this worker's process lives: after each checkpoint, and when the job ends other
     * than with its process.
     */
    public void survived() {
        try {
            Files.createFile(survival(number));
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            // noted before, or the run was deleted
        } catch (IOException e) {
            LOG.warn("not noted that epoch {} goes on claims={}", number, claims, e);
        }
    }

    /**
     * Returns how many workers in a row, up to the one before this, vanished before their first
     * checkpoint and without a word: killed, out of memory, or by a crash of native code.
     */
    public long vanished() {
        long last = number - 1;
        while (last > 0 && !Files.exists(survival(last))) {
            last--;
        }
        return number - 1 - last;
    }

    private Path survival(long epoch) {
        return claims.resolve(String.format(Locale.ROOT, "survived-%06d", epoch));
    }

    /**
     * Returns whether another worker took up the variant since. Numbers have no gaps, so one look
     * is enough.
     */
    public boolean isReplaced() {
        return Files.exists(file(claims, number + 1));
    }
}
