package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The images below a directory whose captions lie in text files beside them, {@code cat.jpg} and
 * {@code cat.txt}.
 *
 * @param entries sorted by path
 * @param withoutCaption images that have no such file
 */
record SidecarCaptions(List<ImageFolder.Entry> entries, int withoutCaption) {

    static SidecarCaptions below(Path directory) {
        List<ImageFolder.Entry> entries = new ArrayList<>();
        int without = 0;
        for (Path image : images(directory)) {
            String name = image.getFileName().toString();
            Path text = image.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
            if (Files.isRegularFile(text)) {
                entries.add(new ImageFolder.Entry(image, read(text)));
            } else {
                without++;
            }
        }
        return new SidecarCaptions(entries, without);
    }

    private static List<Path> images(Path directory) {
        try (Stream<Path> tree = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return tree.filter(Files::isRegularFile)
                    .filter(SidecarCaptions::isImage)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException(
                    "The directory cannot be listed: " + e.getMessage(),
                    directory,
                    "Check its access rights.");
        }
    }

    private static boolean isImage(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0
                && !name.startsWith(".")
                && StoredImage.ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static String read(Path text) {
        try {
            return new String(Files.readAllBytes(text), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new DatasetException(
                    "The caption cannot be read: " + e.getMessage(),
                    text,
                    "Check its access rights.");
        }
    }
}
