package io.laptopdiff.standalone.follow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the best plans over all ratios would cost, some twenty of them. */
public final class FrontierTable {

    private static final int PERCENT = 100;
    private static final double STEP = 0.05;

    private FrontierTable() {}

    /**
     * @param frontier frontier.json of a run
     */
    public static String of(JsonNode frontier) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("frontier", "removed", "units", "predicted loss"));
        double next = STEP;
        for (JsonNode point : frontier.path("points")) {
            double ratio = point.path("ratio").asDouble();
            if (ratio < next) {
                continue;
            }
            next = STEP * (Math.floor(ratio / STEP) + 1);
            rows.add(
                    List.of(
                            "",
                            String.format(Locale.ROOT, "%.1f %%", PERCENT * ratio),
                            Integer.toString(point.path("removedUnits").size()),
                            String.format(
                                    Locale.ROOT, "%.5g", point.path("predictedLoss").asDouble())));
        }
        return rows.size() == 1 ? "" : TextTable.of(rows);
    }
}
