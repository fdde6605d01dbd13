package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.evaluation.Score;
import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

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
        List<String> further = furtherScores(status);
        List<String> header = new ArrayList<>(HEADER);
        header.addAll(further);
        rows.add(header);
        status.variants().stream()
                .filter(variant -> variant.teacherMetrics() != null)
                .findFirst()
                .ifPresent(
                        variant ->
                                rows.add(
                                        row(
                                                "teacher",
                                                variant.teacherMetrics(),
                                                variant.teacherMetrics(),
                                                further)));
        for (VariantStatus variant : status.variants()) {
            rows.add(
                    row(
                            variant.name(),
                            variant.studentMetrics(),
                            variant.teacherMetrics(),
                            further));
        }
        return TextTable.of(rows);
    }

    /** Returns the scores that have no column of their own. */
    private static List<String> furtherScores(RunStatus status) {
        TreeSet<String> names = new TreeSet<>();
        for (VariantStatus variant : status.variants()) {
            if (variant.studentMetrics() != null) {
                names.addAll(variant.studentMetrics().scores().keySet());
            }
        }
        names.remove(ScorerMetric.CLIP_SCORE.text());
        return List.copyOf(names);
    }

    private static List<String> row(
            String name, Metrics metrics, Metrics teacher, List<String> further) {
        if (metrics == null) {
            List<String> dashes = new ArrayList<>(List.of(name));
            dashes.addAll(Collections.nCopies(HEADER.size() - 1 + further.size(), "-"));
            return dashes;
        }
        List<String> cells = new ArrayList<>(measured(name, metrics, teacher));
        for (String score : further) {
            Score found = metrics.scores().get(score);
            cells.add(found == null ? "-" : String.format(Locale.ROOT, "%.2f", found.mean()));
        }
        return cells;
    }

    private static List<String> measured(String name, Metrics metrics, Metrics teacher) {
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
}
