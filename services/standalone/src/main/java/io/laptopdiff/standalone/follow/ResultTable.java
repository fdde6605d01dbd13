package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Teacher and students side by side, as text. */
public final class ResultTable {

    private static final List<String> HEADER =
            List.of(
                    "",
                    "parameters",
                    "MACs",
                    "latency",
                    "CLIP score",
                    "retrieval",
                    "Fréchet distance");

    private ResultTable() {}

    /** The table of a finished run; a variant without metrics has dashes. */
    public static String of(RunStatus status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        status.variants().stream()
                .filter(variant -> variant.teacherMetrics() != null)
                .findFirst()
                .ifPresent(
                        variant ->
                                rows.add(
                                        row(
                                                "teacher",
                                                variant.teacherMetrics(),
                                                variant.teacherMetrics())));
        for (VariantStatus variant : status.variants()) {
            rows.add(row(variant.name(), variant.studentMetrics(), variant.teacherMetrics()));
        }
        return aligned(rows);
    }

    private static List<String> row(String name, Metrics metrics, Metrics teacher) {
        if (metrics == null) {
            return List.of(name, "-", "-", "-", "-", "-", "-");
        }
        return List.of(
                name,
                String.format(
                        Locale.ROOT,
                        "%.2f M (%.0f%%)",
                        metrics.parameters() / 1e6,
                        100.0 * metrics.parameters() / teacher.parameters()),
                String.format(Locale.ROOT, "%.1f M", metrics.macs() / 1e6),
                String.format(Locale.ROOT, "%.1f ms", metrics.latencyMillis()),
                String.format(Locale.ROOT, "%.2f", metrics.clipScore()),
                String.format(Locale.ROOT, "%.1f%%", 100 * metrics.retrievalAccuracy()),
                String.format(Locale.ROOT, "%.4f", metrics.frechetDistance()));
    }

    private static String aligned(List<List<String>> rows) {
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
