package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A directory of images and a {@code metadata.jsonl} that gives each line's {@code file_name}
 * (relative to the directory) and {@code text}: Hugging Face's ImageFolder layout. Where the
 * directory has only a {@code train} sub-directory with such a file, that one is read.
 */
public final class ImageFolder {

    static final String METADATA = "metadata.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of the metadata: an image file and its caption. */
    public record Entry(Path file, String text) {}

    private final Path directory;
    private final List<Entry> entries;

    private ImageFolder(Path directory, List<Entry> entries) {
        this.directory = directory;
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the metadata and sees that every image file is there; pixels are read later.
     *
     * @throws DatasetException if the directory, a line or a file is not as it must be
     */
    public static ImageFolder open(Path directory) {
        Path home = directory;
        if (!Files.isRegularFile(home.resolve(METADATA))
                && Files.isRegularFile(home.resolve("train/" + METADATA))) {
            home = home.resolve("train");
        }
        Path metadata = home.resolve(METADATA);
        if (!Files.isRegularFile(metadata)) {
            throw new DatasetException(
                    Files.isDirectory(directory)
                            ? "The data set has no " + METADATA
                            : Files.exists(directory)
                                    ? "The data set is a file, not a directory"
                                    : "No such data set directory",
                    directory,
                    "Give a directory of images with a metadata.jsonl of lines like"
                            + " {\"file_name\": \"0001.png\", \"text\": \"a red circle\"}.");
        }
        List<Entry> entries = new ArrayList<>();
        List<String> lines = lines(metadata);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                entries.add(entry(home, metadata + ":" + (i + 1), lines.get(i)));
            }
        }
        if (entries.isEmpty()) {
            throw new DatasetException(
                    "The data set has no images", metadata, "Add at least one line.");
        }
        return new ImageFolder(home, entries);
    }

    private static List<String> lines(Path metadata) {
        try {
            return Files.readAllLines(metadata);
        } catch (MalformedInputException e) {
            throw new DatasetException("The file is not UTF-8 text", metadata, "Save it as UTF-8.");
        } catch (IOException e) {
            throw new DatasetException(
                    "The file cannot be read: " + e.getMessage(),
                    metadata,
                    "Check its access rights.");
        }
    }

    private static Entry entry(Path home, String where, String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    "The line is not JSON: " + e.getOriginalMessage(),
                    where,
                    "Write one JSON object per line.");
        }
        String name = field(node, "file_name", where);
        String text = field(node, "text", where);
        Path file = home.resolve(name).normalize();
        if (!file.startsWith(home.normalize())) {
            throw new DatasetException(
                    "file_name '" + name + "' leads out of the data set",
                    where,
                    "Use a path below the directory.");
        }
        if (!Files.isRegularFile(file)) {
            throw new DatasetException(
                    "The image '" + name + "' is missing",
                    where,
                    "Add the file or remove the line.");
        }
        return new Entry(file, text);
    }

    private static String field(JsonNode node, String name, String where) {
        JsonNode value = node.path(name);
        if (!value.isTextual()) {
            throw new DatasetException(
                    "The field '"
                            + name
                            + "' is "
                            + (value.isMissingNode() ? "missing" : "not a string"),
                    where,
                    "Write {\"file_name\": ..., \"text\": ...}.");
        }
        return value.textValue();
    }

    /** The directory that holds the metadata. */
    public Path directory() {
        return directory;
    }

    /** The number of images. */
    public int size() {
        return entries.size();
    }

    /** The lines of the metadata, in order. */
    public List<Entry> entries() {
        return entries;
    }

    /** The captions, in order. */
    public List<String> captions() {
        return entries.stream().map(Entry::text).toList();
    }

    /**
     * Reads one image at its own size.
     *
     * @param index from 0, in the order of the metadata
     * @throws DatasetException if the file is not an image that Java can read
     */
    public CaptionedImage read(int index) {
        Entry entry = entries.get(index);
        BufferedImage image;
        try {
            image = ImageIO.read(entry.file().toFile());
        } catch (IOException
                | RuntimeException
                        e) { // broken files make some decoders throw unchecked exceptions
            throw new DatasetException(
                    "The image cannot be decoded: " + e.getMessage(),
                    entry.file(),
                    "Save it again as PNG or JPEG.");
        }
        if (image == null) {
            throw new DatasetException(
                    "The file is no image", entry.file(), "Save it as PNG or JPEG.");
        }
        return CaptionedImage.of(image, entry.text());
    }

    /**
     * Reads one image as a square of {@code resolution} pixels; see {@link
     * CaptionedImage#toSquare}.
     */
    public CaptionedImage read(int index, int resolution) {
        return read(index).toSquare(resolution);
    }
}
