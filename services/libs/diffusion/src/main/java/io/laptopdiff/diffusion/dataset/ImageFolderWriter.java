package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.common.Trees;
import io.laptopdiff.common.WholeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Writes an {@link ImageFolder} as PNG files, whole or not at all: into a sibling directory that
 * takes its place at {@link #finish}.
 */
public final class ImageFolderWriter implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path target;
    private final Path temporary;
    private final List<String> lines = new ArrayList<>();

    private ImageFolderWriter(Path target, Path temporary) {
        this.target = target;
        this.temporary = temporary;
    }

    /**
     * @param target must not exist yet, or be an empty directory
     * @throws DatasetException if something is there already
     * @throws IOException if the disk refuses
     */
    public static ImageFolderWriter create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        if (Files.exists(absolute) && !isEmptyDirectory(absolute)) {
            throw new DatasetException(
                    "The target of the data set is not empty",
                    absolute,
                    "Remove it or choose another directory.");
        }
        Files.createDirectories(absolute.getParent());
        return new ImageFolderWriter(absolute, Files.createDirectory(WholeFiles.beside(absolute)));
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> listing = Files.list(path)) {
            return listing.findAny().isEmpty();
        }
    }

    /** Adds one image; its file is numbered in the order of the calls. */
    public void add(CaptionedImage image) throws IOException {
        String name = String.format(Locale.ROOT, "%06d.png", lines.size());
        if (!ImageIO.write(image.toBufferedImage(), "png", temporary.resolve(name).toFile())) {
            throw new IOException("This Java runtime cannot write PNG");
        }
        lines.add(
                JSON.createObjectNode()
                        .put("file_name", name)
                        .put("text", image.caption())
                        .toString());
    }

    /** Puts the data set in its place. */
    public void finish() throws IOException {
        Files.write(temporary.resolve(ImageFolder.METADATA), lines);
        Files.deleteIfExists(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what was written, unless {@link #finish} was called. */
    @Override
    public void close() throws IOException {
        Trees.delete(temporary);
    }
}
