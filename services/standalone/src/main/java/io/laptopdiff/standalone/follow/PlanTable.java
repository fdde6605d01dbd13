package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is removed for each student, and what that was thought and found to cost. */
public final class PlanTable {

    private static final List<String> HEADER =
            List.of(
                    "plan",
                    "units removed",
                    "parameters removed",
                    "criterion",
                    "search",
                    "predicted loss",
                    "measured loss");

    private PlanTable() {}

    /** Dashes where nothing is known, as of a handcrafted plan that nobody scored. */
    public static String of(RunStatus status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (VariantStatus variant : status.variants()) {
            rows.add(row(variant.name(), variant.plan()));
        }
        return TextTable.of(rows);
    }

    private static List<String> row(String name, PruningPlan plan) {
        if (plan == null) {
            return List.of(name, "-", "-", "-", "-", "-", "-");
        }
        return List.of(
                name,
                plan.removedUnits().isEmpty() ? "-" : Integer.toString(plan.removedUnits().size()),
                String.format(Locale.ROOT, "%.1f%%", 100 * plan.achievedRatio()),
                plan.criterion() == null ? "-" : plan.criterion().text(),
                plan.search() == null ? "-" : plan.search(),
                loss(plan.predictedLoss()),
                plan.measuredLossError() == null
                        ? loss(plan.measuredLoss())
                        : loss(plan.measuredLoss()) + " ± " + loss(plan.measuredLossError()));
    }

    private static String loss(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.3g", value);
    }
}
