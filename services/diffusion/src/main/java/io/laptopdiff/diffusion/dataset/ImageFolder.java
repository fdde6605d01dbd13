package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of images and a {@code metadata.jsonl} that gives each line's {@code file_name}
 * (relative to the directory) and {@code text}: Hugging Face's ImageFolder layout. Where the
 * directory has only a {@code train} sub-directory with such a file, that one is read. Without any
 * such file, each image below the directory has its caption beside it, in a text file of the same
 * name.
 */
public final class ImageFolder implements ImageSource {

    static final String METADATA = "metadata.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of the metadata: an image file and its caption. */
    public record Entry(Path file, String text) {}

    private final Path directory;
    private final List<Entry> entries;
    private final int withoutCaption;

    private ImageFolder(Path directory, List<Entry> entries, int withoutCaption) {
        this.directory = directory;
        this.entries = List.copyOf(entries);
        this.withoutCaption = withoutCaption;
    }

    static boolean hasMetadata(Path directory) {
        return Files.isRegularFile(directory.resolve(METADATA))
                || Files.isRegularFile(directory.resolve("train/" + METADATA));
    }

    /**
     * Reads the metadata and sees that every image file is there; pixels are read later.
     *
     * @throws DatasetException if the directory, a line or a file is not as it must be
     */
    public static ImageFolder open(Path directory) {
        if (!hasMetadata(directory)) {
            return withSidecars(directory);
        }
        Path home =
                Files.isRegularFile(directory.resolve(METADATA))
                        ? directory
                        : directory.resolve("train");
        Path metadata = home.resolve(METADATA);
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
        return new ImageFolder(home, entries, 0);
    }

    private static ImageFolder withSidecars(Path directory) {
        SidecarCaptions found =
                Files.isDirectory(directory)
                        ? SidecarCaptions.below(directory)
                        : new SidecarCaptions(List.of(), 0);
        if (found.entries().isEmpty()) {
            throw new DatasetException(
                    Files.isDirectory(directory)
                            ? "The data set has no "
                                    + METADATA
                                    + ", no tar file, and no image"
                                    + " with a caption beside it"
                            : Files.exists(directory)
                                    ? "The data set is a file, not a directory"
                                    : "No such data set directory",
                    directory,
                    "Give a directory of images with a metadata.jsonl of lines like"
                            + " {\"file_name\": \"0001.png\", \"text\": \"a red circle\"}, or with"
                            + " a 0001.txt beside each 0001.png; or .tar files of such pairs.");
        }
        return new ImageFolder(directory, found.entries(), found.withoutCaption());
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

    @Override
    public Path location() {
        return directory;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public int withoutCaption() {
        return withoutCaption;
    }

    /** The images and captions, in order. */
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public String caption(int index) {
        return entries.get(index).text();
    }

    @Override
    public String where(int index) {
        return entries.get(index).file().toString();
    }

    @Override
    public byte[] content(int index) {
        Path file = entries.get(index).file();
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DatasetException(
                    "The image cannot be read: " + e.getMessage(),
                    file,
                    "Put it back, and check its access rights.");
        }
    }
}
