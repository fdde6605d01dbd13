package io.laptopdiff.standalone.follow;

import java.util.List;

/** Columns as wide as their widest cell; the first one to the left, the others to the right. */
final class TextTable {

    private TextTable() {}

    static String of(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
                String cell = row.get(column);
                String pad = " ".repeat(width - cell.length());
                line.append("  ").append(column == 0 ? cell + pad : pad + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
