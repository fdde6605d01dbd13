package io.laptopdiff.standalone.follow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Variants side by side, a row each. */
public final class ComparisonTable {

    private static final int PERCENT = 100;
    private static final double MILLION = 1e6;

    private ComparisonTable() {}

    /**
     * @param comparison the gateway's answer
     */
    public static String of(JsonNode comparison) {
        Set<String> scores = new TreeSet<>();
        comparison
                .path("variants")
                .forEach(
                        v ->
                                v.path("metrics")
                                        .path("scores")
                                        .fieldNames()
                                        .forEachRemaining(scores::add));
        List<String> header =
                new ArrayList<>(
                        List.of("variant", "state", "removed", "parameters", "MACs", "latency"));
        scores.forEach(score -> header.addAll(List.of(score, "decline")));
        header.add("gates");
        List<List<String>> rows = new ArrayList<>();
        rows.add(header);
        comparison.path("variants").forEach(variant -> rows.add(row(variant, scores)));
        return TextTable.of(rows);
    }

    private static List<String> row(JsonNode variant, Set<String> scores) {
        JsonNode metrics = variant.path("metrics");
        List<String> row =
                new ArrayList<>(
                        List.of(
                                variant.path("runId").asText()
                                        + "/"
                                        + variant.path("name").asText(),
                                variant.path("state").asText().toLowerCase(Locale.ROOT),
                                figure("%.1f %%", variant.path("ratio"), PERCENT),
                                figure("%.2f M", variant.path("parameters"), 1 / MILLION),
                                figure("%.1f M", metrics.path("macs"), 1 / MILLION),
                                figure("%.1f ms", metrics.path("latencyMillis"), 1)));
        for (String score : scores) {
            row.add(figure("%.2f", metrics.path("scores").path(score).path("mean"), 1));
            row.add(figure("%.2f %%", variant.path("declines").path(score).path("percent"), 1));
        }
        List<String> failed = new ArrayList<>();
        variant.path("gatesFailed").forEach(gate -> failed.add(gate.asText()));
        row.add(failed.isEmpty() ? "-" : "FAILED: " + String.join(", ", failed));
        return row;
    }

    private static String figure(String format, JsonNode value, double factor) {
        return value.isNumber()
                ? String.format(Locale.ROOT, format, factor * value.asDouble())
                : "-";
    }
}
