package io.laptopdiff.reports;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.List;
import java.util.Locale;

/**
 * What has become of a run by now, for those without an evaluated student: plans alone, a run on
 * its way, one that failed or was cancelled.
 */
public final class StatusPage {

    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;

    private StatusPage() {}

    /** The page of a run, with charts of what its stages left in the store. */
    public static String of(RunStatus status, ArtifactStore store) {
        List<String> names = status.variants().stream().map(VariantStatus::name).toList();
        StringBuilder body = new StringBuilder();
        body.append("<h1>Run ").append(Html.escaped(status.runId())).append("</h1>\n<p>");
        body.append(status.state().text().toLowerCase(Locale.ROOT));
        if (status.spec() != null) {
            body.append(", of ").append(Html.escaped(status.spec().teacher()));
        }
        body.append(", as of ").append(status.occurredAt()).append("</p>\n<table>\n<tr>");
        for (String column :
                List.of("student", "state", "parameters", "removed", "units", "predicted loss")) {
            body.append("<th>").append(column).append("</th>");
        }
        body.append("</tr>\n");
        status.variants().forEach(variant -> row(body, variant));
        body.append("</table>\n");
        status.failures().forEach(failure -> failure(body, failure));
        return Html.page(
                status.runId(),
                body.append(new RunCharts(store, status.runId(), names).html()).toString());
    }

    private static void row(StringBuilder body, VariantStatus variant) {
        PruningPlan plan = variant.plan();
        body.append("<tr><th>").append(Html.escaped(variant.name())).append("</th>");
        cell(body, variant.state().name().toLowerCase(Locale.ROOT));
        cell(body, plan == null ? "" : format("%.2f M", plan.studentParameters() / MILLION));
        cell(body, plan == null ? "" : format("%.1f %%", PERCENT * plan.achievedRatio()));
        cell(body, plan == null ? "" : format("%d", plan.removedUnits().size()));
        boolean predicted = plan != null && plan.predictedLoss() != null;
        cell(body, predicted ? format("%.4g", plan.predictedLoss()) : "");
        body.append("</tr>\n");
    }

    private static void cell(StringBuilder body, String text) {
        body.append("<td>").append(Html.escaped(text)).append("</td>");
    }

    private static void failure(StringBuilder body, StageFailed failure) {
        String who = failure.variant() == null ? "" : " of " + failure.variant();
        body.append("<p><b>")
                .append(Html.escaped(failure.stage().text() + who + " failed"))
                .append("</b>: ")
                .append(Html.escaped(failure.what()))
                .append("<br>Where: ")
                .append(Html.escaped(failure.where()))
                .append("<br>How to fix: ")
                .append(Html.escaped(failure.howToFix()))
                .append("</p>\n");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
