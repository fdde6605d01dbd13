package io.laptopdiff.experiments.report.sections;

import io.laptopdiff.experiments.report.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a table says in words, from its figures. */
final class Verdict {
    private Verdict() {}

    /** Says who has the least joint loss and the least decline at one ratio. */
    static String of(
            double ratio, List<String> names, List<Estimate> losses, List<Estimate> declines) {
        return String.format(
                Locale.ROOT,
                "At ratio %s, the least joint loss is that of %s, and the least decline that of %s.",
                ratio,
                least(names, losses),
                least(names, declines));
    }

    /** The name of the least mean, and of those that are within its standard deviation. */
    static String least(List<String> names, List<Estimate> values) {
        int best = -1;
        for (int v = 0; v < values.size(); v++) {
            if (values.get(v).isThere()
                    && (best < 0 || values.get(v).mean() < values.get(best).mean())) {
                best = v;
            }
        }
        if (best < 0) {
            return "none (not measured yet)";
        }
        Estimate least = values.get(best);
        double reach = least.mean() + (least.count() > 1 ? least.deviation() : 0);
        List<String> within = new ArrayList<>();
        for (int v = 0; v < values.size(); v++) {
            if (v != best && values.get(v).isThere() && values.get(v).mean() <= reach) {
                within.add("`" + names.get(v) + "`");
            }
        }
        return "`"
                + names.get(best)
                + "`"
                + (within.isEmpty()
                        ? ""
                        : " (within its standard deviation: " + String.join(", ", within) + ")");
    }
}
