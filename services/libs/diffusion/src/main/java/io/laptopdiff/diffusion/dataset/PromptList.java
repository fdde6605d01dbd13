package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Prompts from a file as their makers publish them: one a line; JSON, or an object a line ({@link
 * PromptJson}); or a table with a header, {@code .tsv} as PartiPrompts or {@code .csv} as
 * DrawBench. Blank lines are passed over.
 */
public final class PromptList {

    /**
     * The most bytes of a file: more than COCO's training captions, 92 MB, and less than what fills
     * a heap.
     */
    private static final long MOST_BYTES = 128L << 20;

    private static final Set<String> JSON = Set.of("json", "jsonl", "ndjson");

    private static final String READ =
            "Give a text file with one prompt a line, a .json, a .jsonl, or a .tsv or .csv file with"
                    + " a column 'prompt'.";

    private static final Map<String, String> NOT_READ =
            Map.ofEntries(
                    Map.entry("parquet", "Parquet"),
                    Map.entry("arrow", "Arrow"),
                    Map.entry("xlsx", "Excel"),
                    Map.entry("xls", "Excel"),
                    Map.entry("ods", "OpenDocument"),
                    Map.entry("yaml", "YAML"),
                    Map.entry("yml", "YAML"),
                    Map.entry("xml", "XML"),
                    Map.entry("html", "HTML"),
                    Map.entry("pkl", "a pickle"),
                    Map.entry("pt", "a pickle"),
                    Map.entry("npy", "NumPy"),
                    Map.entry("npz", "NumPy"),
                    Map.entry("gz", "compressed"),
                    Map.entry("zip", "compressed"),
                    Map.entry("zst", "compressed"),
                    Map.entry("tar", "a tar file"));

    private PromptList() {}

    /**
     * Reads the prompts in the order of the file.
     *
     * @return at least one
     * @throws DatasetException naming file and line if the list is missing, empty, not text, in a
     *     format that is not read, or a line is not as it must be
     */
    public static List<String> read(Path file) {
        String ending = FileNames.ending(file.getFileName().toString());
        if (NOT_READ.containsKey(ending)) {
            throw new DatasetException(
                    "The prompt list is " + NOT_READ.get(ending) + ", which is not read",
                    file,
                    READ);
        }
        String text = text(file);
        List<String> prompts = prompts(file, ending, text);
        if (prompts.isEmpty()) {
            long lines = text.lines().count();
            throw new DatasetException(
                    "The prompt list is empty: "
                            + (lines == 0 ? "it has no lines" : "it has no prompts"),
                    file + ":" + Math.max(1, lines),
                    "Write one prompt on each line.");
        }
        return List.copyOf(prompts);
    }

    private static String text(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MOST_BYTES) {
                throw new DatasetException(
                        "The prompt list has " + Files.size(file) + " bytes",
                        file,
                        "Cut it down to at most " + MOST_BYTES + " bytes.");
            }
            return TextFile.decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new DatasetException(
                    Files.isDirectory(file)
                            ? "The prompt list is a directory, not a file"
                            : Files.exists(file)
                                    ? "The prompt list cannot be read: " + e.getMessage()
                                    : "No such prompt list",
                    file,
                    READ);
        }
    }

    private static List<String> prompts(Path file, String ending, String text) {
        String where = file.toString();
        if (ending.equals("tsv") || ending.equals("tab")) {
            return column(Table.tabSeparated(text), where);
        }
        if (ending.equals("csv")) {
            return column(Table.commaSeparated(text, where), where);
        }
        if (JSON.contains(ending)) {
            return ending.equals("json")
                    ? PromptJson.document(text, where)
                    : PromptJson.lines(text, where);
        }
        if (PromptJson.isDocument(text)) {
            return PromptJson.document(text, where); // saved under another name
        }
        Table table = Table.tabSeparated(text.lines().findFirst().orElse(""));
        if (table.headers().size() > 1 && CaptionField.column(table.headers()).isPresent()) {
            return column(Table.tabSeparated(text), where);
        }
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static List<String> column(Table table, String where) {
        Optional<Integer> column = CaptionField.column(table.headers());
        if (column.isEmpty()) {
            throw new DatasetException(
                    "The table has no column prompt, prompts, text or caption; its first line has "
                            + table.headers().keySet(),
                    where + ":1",
                    "Name the column of the prompts in the first line; or save the prompts alone as"
                            + " .txt.");
        }
        List<String> prompts = new ArrayList<>();
        for (Table.Row row : table.rows()) {
            String prompt = row.cell(column.get());
            if (prompt.isEmpty()) {
                throw new DatasetException(
                        "The prompt is blank", where + ":" + row.line(), "Remove the line.");
            }
            prompts.add(prompt);
        }
        return prompts;
    }
}
