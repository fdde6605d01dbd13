package io.laptopdiff.standalone.follow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The gateway's list of runs as a table. */
public final class RunTable {

    private static final int PERCENT = 100;

    private RunTable() {}

    /**
     * @param runs as the gateway lists them
     */
    public static String of(List<JsonNode> runs) {
        if (runs.isEmpty()) {
            return "no runs\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("run", "state", "progress", "time left", "teacher", "removed", "result"));
        runs.forEach(run -> rows.add(row(run)));
        return TextTable.of(rows);
    }

    private static List<String> row(JsonNode run) {
        List<String> ratios = new ArrayList<>();
        run.path("ratios")
                .properties()
                .forEach(e -> ratios.add(format("%.1f %%", PERCENT * e.getValue().asDouble())));
        List<String> declines = new ArrayList<>();
        run.path("result")
                .properties()
                .forEach(
                        variant ->
                                variant.getValue()
                                        .properties()
                                        .forEach(
                                                score ->
                                                        declines.add(
                                                                format(
                                                                        "%s %+.1f %%",
                                                                        score.getKey(),
                                                                        0
                                                                                - score.getValue()
                                                                                        .asDouble()))));
        boolean ended = run.path("progress").asDouble() >= 1;
        return List.of(
                run.path("runId").asText(),
                run.path("state").asText().toLowerCase(Locale.ROOT),
                ended ? "-" : format("%.0f %%", PERCENT * run.path("progress").asDouble()),
                run.has("secondsLeft") ? time(run.path("secondsLeft").asDouble()) : "-",
                name(run.path("teacher").asText("-")),
                ratios.isEmpty() ? "-" : String.join(", ", ratios),
                declines.isEmpty() ? "-" : String.join(", ", declines));
    }

    private static String name(String location) {
        String bare = location.replaceAll("/+$", "");
        return bare.substring(bare.lastIndexOf('/') + 1);
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return whole >= 60 ? whole / 60 + "m" + whole % 60 + "s" : whole + "s";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
