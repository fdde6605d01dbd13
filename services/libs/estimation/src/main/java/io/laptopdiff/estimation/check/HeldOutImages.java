package io.laptopdiff.estimation.check;

import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held-out sets whose images were all decoded in this process. A form asks for the same set with
 * every change of a field, a client asks again where an answer takes long, and the worker beside a
 * gateway asks once more; so a set is decoded once while sizes and times of its files stay, and
 * whoever asks meanwhile waits for that.
 */
final class HeldOutImages {

    private record Stamp(Path file, long bytes, long modified) {}

    /**
     * @param problem what is wrong with the images; empty if nothing is
     */
    private record Outcome(List<Stamp> stamps, Optional<DatasetException> problem) {}

    private static final Map<Path, Outcome> KNOWN = new ConcurrentHashMap<>();

    private HeldOutImages() {}

    /**
     * @throws DatasetException if there are fewer images than a Fréchet distance needs, or naming
     *     the first that cannot be used, and how many others
     */
    static void requireAllUsable(Path directory) {
        ImageFolder folder = ImageFolder.open(directory);
        folder.requireForDistances();
        List<Stamp> stamps = stamps(folder);
        Path place = directory.toAbsolutePath().normalize();
        Outcome outcome =
                KNOWN.compute(
                        place,
                        (any, before) ->
                                before != null && before.stamps().equals(stamps)
                                        ? before
                                        : new Outcome(stamps, problem(folder)));
        outcome.problem()
                .ifPresent(
                        problem -> {
                            throw problem;
                        });
    }

    private static Optional<DatasetException> problem(ImageFolder folder) {
        try {
            folder.requireAllUsable();
            return Optional.empty();
        } catch (DatasetException e) {
            return Optional.of(e);
        }
    }

    private static List<Stamp> stamps(ImageFolder folder) {
        List<Stamp> stamps = new ArrayList<>();
        for (ImageFolder.Entry entry : folder.entries()) {
            try {
                BasicFileAttributes file =
                        Files.readAttributes(entry.file(), BasicFileAttributes.class);
                stamps.add(
                        new Stamp(entry.file(), file.size(), file.lastModifiedTime().toMillis()));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + entry.file(), e);
            }
        }
        return stamps;
    }
}
