package io.laptopdiff.estimation.check;

import io.laptopdiff.diffusion.dataset.ImageFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held-out sets whose images were all decoded. A form asks for the same set with every change of a
 * field, so what was found sound is not decoded again while sizes and times of its files stay.
 */
final class HeldOutImages {

    private record Stamp(Path file, long bytes, long modified) {}

    private final Map<Path, List<Stamp>> sound = new ConcurrentHashMap<>();

    /**
     * @throws io.laptopdiff.diffusion.dataset.DatasetException naming the first image that cannot
     *     be used, and how many others
     */
    void requireAllUsable(Path directory) {
        ImageFolder folder = ImageFolder.open(directory);
        List<Stamp> stamps = stamps(folder);
        if (stamps.equals(sound.get(directory))) {
            return;
        }
        folder.requireAllUsable();
        sound.put(directory, stamps);
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
