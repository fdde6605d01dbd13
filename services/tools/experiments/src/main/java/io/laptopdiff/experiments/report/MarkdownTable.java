package io.laptopdiff.experiments.report;

import java.util.ArrayList;
import java.util.List;

/** A table of a Markdown page: the first column names, the others count. */
public final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();

    /** Makes a table with these headings. */
    public MarkdownTable(String... headings) {
        rows.add(List.of(headings));
    }

    /**
     * Adds one more row.
     *
     * @throws IllegalArgumentException if it is not as long as the headings
     */
    public MarkdownTable row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells under " + rows.get(0).size() + " headings");
        }
        rows.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append("| ").append(String.join(" | ", rows.get(r))).append(" |\n");
            if (r == 0) {
                text.append("|---|").append("---:|".repeat(rows.get(0).size() - 1)).append('\n');
            }
        }
        return text.toString();
    }
}
