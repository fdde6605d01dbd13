package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The images below a directory whose captions lie in files beside them, {@code cat.jpg} and {@code
 * cat.txt}.
 *
 * @param entries sorted by path
 * @param leftOut images without a caption, and those in formats that are not decoded
 * @param others files that are neither images nor captions of one
 */
record SidecarCaptions(List<ImageFolder.Entry> entries, List<LeftOut> leftOut, OtherFiles others) {

    private record CaptionFile(Path file) implements Caption.Source {
        @Override
        public String where() {
            return file.toString();
        }

        @Override
        public long length() {
            try {
                return Files.size(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }

        @Override
        public byte[] content() {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new DatasetException(
                        "The caption cannot be read: " + e.getMessage(),
                        file,
                        "Check its access rights.");
            }
        }
    }

    static SidecarCaptions below(Path directory) {
        List<String> others = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (Path file : DirectoryTree.files(directory)) {
            if (FileNames.isInHiddenDirectory(file, directory)) {
                others.add(file.toString());
            } else {
                files.add(file);
            }
        }
        Map<Path, CaptionFile> captions = new HashMap<>(); // by paths with lower-case endings
        for (Path file : files) {
            if (FileNames.isCaption(name(file)) && Files.isRegularFile(file)) {
                captions.putIfAbsent(normal(file), new CaptionFile(file));
            }
        }
        List<ImageFolder.Entry> entries = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        Set<Path> belonging = new HashSet<>();
        for (Path file : files) {
            if (FileNames.isPicture(name(file)) && !Files.isRegularFile(file)) {
                leftOut.add(
                        new LeftOut(file.toString(), Unusable.CORRUPT, "The link leads nowhere"));
            } else if (FileNames.isPicture(name(file))) {
                List<CaptionFile> beside =
                        FileNames.captionsOf(name(file)).stream()
                                .map(caption -> captions.get(file.resolveSibling(caption)))
                                .filter(Objects::nonNull)
                                .toList();
                beside.forEach(caption -> belonging.add(caption.file()));
                Caption caption = Caption.first(beside);
                if (caption.text() == null) {
                    leftOut.add(
                            new LeftOut(file.toString(), Unusable.NO_CAPTION, caption.missing()));
                } else {
                    entries.add(new ImageFolder.Entry(file, caption.text()));
                }
            } else if (FileNames.isOtherPicture(name(file))) {
                leftOut.add(LeftOut.undecoded(file.toString()));
            } else if (!captions.containsKey(normal(file))) {
                others.add(file.toString());
            }
        }
        captions.values().stream()
                .map(CaptionFile::file)
                .filter(file -> !belonging.contains(file))
                .sorted()
                .forEach(file -> others.add(file.toString()));
        return new SidecarCaptions(entries, leftOut, OtherFiles.of(others));
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Path normal(Path file) {
        return file.resolveSibling(FileNames.normal(name(file)));
    }
}
