package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The metadata of an image folder: {@code metadata.jsonl}, or a {@code metadata.csv} whose header
 * names the same fields.
 */
final class Metadata {

    static final String JSONL = "metadata.jsonl";
    private static final String CSV = "metadata.csv";
    private static final String PARQUET = "metadata.parquet";
    private static final String FILE_NAME = "file_name";

    private static final ObjectMapper JSON = CaptionField.JSON;

    private final Path file;
    private final Path home;
    private final List<ImageFolder.Entry> entries = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final Set<Path> named = new HashSet<>();

    private Metadata(Path file) {
        this.file = file;
        this.home = Objects.requireNonNullElse(file.getParent(), Path.of(""));
    }

    /** Finds the metadata file of a directory, or else of its {@code train}. */
    static Optional<Path> in(Path directory) {
        return Stream.of(directory, directory.resolve("train"))
                .flatMap(home -> Stream.of(JSONL, CSV, PARQUET).map(home::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Reads a metadata file, and sees that every image file is there.
     *
     * @throws DatasetException naming the line that is not as it must be
     */
    static ImageFolder read(Path file) {
        Metadata metadata = new Metadata(file);
        String name = file.getFileName().toString();
        if (name.equals(PARQUET)) {
            throw new DatasetException(
                    "Parquet is not read",
                    file,
                    "Save it as metadata.jsonl: python -c \"import pandas;"
                            + " pandas.read_parquet('metadata.parquet').to_json('metadata.jsonl',"
                            + " orient='records', lines=True)\".");
        }
        if (name.equals(CSV)) {
            metadata.readTable();
        } else {
            metadata.readLines();
        }
        if (metadata.entries.isEmpty()) {
            throw new DatasetException(
                    metadata.leftOut.isEmpty()
                            ? "The data set has no images"
                            : "None of the " + metadata.leftOut.size() + " images has a caption",
                    file,
                    "Add at least one line with a file_name and a text.");
        }
        OtherFiles others = metadata.unnamed();
        return new ImageFolder(metadata.home, metadata.entries, metadata.leftOut, others);
    }

    private void readLines() {
        List<String> lines = TextFile.read(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                readLine(lines.get(i), file + ":" + (i + 1));
            }
        }
    }

    private void readLine(String line, String where) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    "The line is not JSON: " + e.getOriginalMessage(),
                    where,
                    "Write one JSON object per line.");
        }
        JsonNode name = node.path(FILE_NAME);
        if (!name.isTextual()) {
            throw new DatasetException(
                    "The field 'file_name' is "
                            + (name.isMissingNode() ? "missing" : "not a string"),
                    where,
                    "Write {\"file_name\": ..., \"text\": ...}.");
        }
        add(name.textValue(), CaptionField.of(node, where), where);
    }

    private void readTable() {
        Table table = Table.commaSeparated(TextFile.read(file), file.toString());
        Optional<Integer> name = table.column(FILE_NAME);
        Optional<Integer> text = CaptionField.column(table.headers());
        if (name.isEmpty() || text.isEmpty()) {
            throw new DatasetException(
                    "The table has no column '" + (name.isEmpty() ? FILE_NAME : "text") + "'",
                    file + ":1",
                    "Give it a header such as file_name,text.");
        }
        for (Table.Row row : table.rows()) {
            String caption = row.cell(text.get());
            add(
                    row.cell(name.get()),
                    Optional.of(caption).filter(found -> !found.isEmpty()),
                    file + ":" + row.line());
        }
    }

    private void add(String name, Optional<String> caption, String where) {
        Path image = image(name, where);
        named.add(image);
        caption.ifPresentOrElse(
                text -> entries.add(new ImageFolder.Entry(image, text)),
                () ->
                        leftOut.add(
                                new LeftOut(
                                        image.toString(),
                                        Unusable.NO_CAPTION,
                                        "The caption is empty: " + where)));
    }

    private Path image(String name, String where) {
        Path image = resolve(name, where);
        if (!Files.isRegularFile(image) && name.contains("\\")) {
            image = resolve(name.replace('\\', '/'), where); // written on Windows
        }
        if (!image.startsWith(home.normalize())) {
            throw new DatasetException(
                    "file_name '" + name + "' leads out of the data set",
                    where,
                    "Use a path below the directory.");
        }
        if (!Files.isRegularFile(image)) {
            throw new DatasetException(
                    "The image '" + name + "' is missing",
                    where,
                    "Add the file or remove the line.");
        }
        return image;
    }

    private Path resolve(String name, String where) {
        try {
            return home.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new DatasetException(
                    "file_name '" + name + "' is no path here: " + e.getReason(),
                    where,
                    "Use a path below the directory; names that are not ASCII need a UTF-8 locale,"
                            + " such as LC_ALL=C.UTF-8.");
        }
    }

    /** Counts images that no line names; a directory with metadata of its own is another set. */
    private OtherFiles unnamed() {
        List<String> others = new ArrayList<>();
        for (Path path : DirectoryTree.files(home)) {
            String name = path.getFileName().toString();
            boolean picture = FileNames.isPicture(name) || FileNames.isOtherPicture(name);
            if (named.contains(path.normalize()) || path.equals(file) || isElsewhere(path)) {
                continue;
            }
            if (picture && !FileNames.isInHiddenDirectory(path, home)) {
                leftOut.add(
                        new LeftOut(
                                path.toString(),
                                Unusable.NO_CAPTION,
                                "No line of " + file.getFileName() + " names it"));
            } else {
                others.add(path.toString());
            }
        }
        return OtherFiles.of(others);
    }

    private boolean isElsewhere(Path path) {
        for (Path at = path.getParent(); at != null && !at.equals(home); at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(JSONL)) || Files.isRegularFile(at.resolve(CSV))) {
                return true;
            }
        }
        return false;
    }
}
