package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A table with a header, as comma-separated (RFC 4180) or tab-separated text.
 *
 * @param headers names in the first line, and their places from 0
 * @param rows the lines below it
 */
record Table(Map<String, Integer> headers, List<Row> rows) {

    /**
     * One row.
     *
     * @param line where it begins in the file, from 1
     */
    record Row(long line, List<String> cells) {

        /** Returns a cell; blank where the row ends before it. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column).strip() : "";
        }
    }

    /**
     * @throws DatasetException naming the line that is no part of such a table
     */
    static Table commaSeparated(String text, String where) {
        List<Row> rows = new ArrayList<>();
        long line = 1;
        try (CSVParser parser = CSVParser.parse(text, CSVFormat.RFC4180)) {
            for (CSVRecord record : parser) {
                rows.add(new Row(line, List.of(record.values())));
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException(
                    "The table cannot be read: " + e.getMessage(),
                    where + ":" + line,
                    "Quote cells that hold commas, line breaks or quotes, and double the quotes in"
                            + " them.");
        }
        return of(rows);
    }

    /**
     * Reads a tab-separated table. Cells are taken as they stand, for such tables are written
     * without quoting (PartiPrompts); only a cell whose quotes enclose all of it and are doubled
     * inside loses them.
     */
    static Table tabSeparated(String text) {
        List<Row> rows = new ArrayList<>();
        long line = 1;
        for (String content : text.lines().toList()) {
            rows.add(
                    new Row(
                            line++,
                            Arrays.stream(content.split("\t", -1)).map(Table::unquoted).toList()));
        }
        return of(rows);
    }

    private static String unquoted(String cell) {
        if (cell.length() < 2 || !cell.startsWith("\"") || !cell.endsWith("\"")) {
            return cell;
        }
        String inner = cell.substring(1, cell.length() - 1);
        return inner.replace("\"\"", "").contains("\"") ? cell : inner.replace("\"\"", "\"");
    }

    /** Makes a table of lines; blank lines are no rows. */
    private static Table of(List<Row> lines) {
        List<Row> rows =
                lines.stream()
                        .filter(row -> !row.cells().stream().allMatch(String::isBlank))
                        .toList();
        Map<String, Integer> headers = new LinkedHashMap<>();
        if (!rows.isEmpty()) {
            for (int i = 0; i < rows.get(0).cells().size(); i++) {
                headers.putIfAbsent(rows.get(0).cell(i), i);
            }
        }
        return new Table(headers, rows.isEmpty() ? rows : rows.subList(1, rows.size()));
    }

    /** Returns the place of a column. */
    Optional<Integer> column(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
