package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.evaluation.Score;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.reports.Html;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A run's figures and sheet as one page of HTML that needs nothing beside it. */
final class ReportPage {

    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;

    private static final String BODY =
            """
            <h1>Run %1$s</h1>
            <table>
            %2$s</table>
            <p>%3$s</p>
            <p><img src="data:image/png;base64,%4$s" alt="Images of the same prompts and seeds, one column per model"></p>
            %5$s""";

    private ReportPage() {}

    /**
     * @param evaluations at least one
     * @param sheet PNG
     * @param charts HTML
     */
    static String of(
            String runId, List<VariantEvaluation> evaluations, byte[] sheet, String charts) {
        StringBuilder rows = new StringBuilder();
        row(rows, "", evaluations, "teacher", VariantEvaluation::variant);
        row(rows, "Parameters", evaluations, m -> format("%.2f M", m.parameters() / MILLION));
        row(rows, "MACs of a U-Net call", evaluations, m -> format("%.1f M", m.macs() / MILLION));
        Metrics beside = evaluations.get(0).teacherMetrics();
        row(
                rows,
                "Latency of a U-Net call",
                evaluations,
                format("%.1f ms", beside.latencyMillis()),
                e -> // each beside the teacher's of its own minutes
                format(
                                "%.1f ms (teacher then %.1f)",
                                e.studentMetrics().latencyMillis(),
                                e.teacherMetrics().latencyMillis()));
        List<String> scores = evaluations.get(0).spec().scoreNames();
        if (!scores.contains("clip-score")) {
            row(rows, "CLIP score", evaluations, m -> format("%.2f", m.clipScore()));
        }
        for (String name : scores) {
            row(rows, Html.escaped(name), evaluations, m -> interval(m.scores().get(name)));
            row(rows, "decline of " + Html.escaped(name), evaluations, "", e -> decline(e, name));
        }
        row(
                rows,
                "Retrieval accuracy",
                evaluations,
                m -> format("%.1f %%", PERCENT * m.retrievalAccuracy()));
        row(rows, "Fréchet distance", evaluations, m -> format("%.4g", m.frechetDistance()));
        String body =
                format(
                        BODY,
                        Html.escaped(runId),
                        rows,
                        conditions(evaluations.get(0)),
                        Base64.getEncoder().encodeToString(sheet),
                        charts);
        return Html.page(runId, body);
    }

    private static String interval(Score score) {
        return score == null
                ? "not measured"
                : format("%.2f [%.2f, %.2f]", score.mean(), score.low(), score.high());
    }

    private static String decline(VariantEvaluation evaluation, String name) {
        Decline decline = evaluation.declines().get(name);
        String figures =
                decline == null
                        ? "cannot be told"
                        : format(
                                "%.2f %% [%.2f, %.2f]",
                                decline.percent(), decline.low(), decline.high());
        return evaluation.gatesFailed().contains(name) ? figures + ", gate failed" : figures;
    }

    private static String conditions(VariantEvaluation any) {
        EvaluationSpec spec = any.spec();
        return format(
                "%d images of each model, from the same captions and seeds (the first is %d); %d steps, guidance %s;"
                        + " intervals of 95 %% by %d draws of the prompts, declines of the teacher's mean, paired by prompt"
                        + " and seed; Fréchet distance to %d held-out images; latency on %s, median of %d passes.",
                any.images().size(),
                spec.seed(),
                spec.inferenceSteps(),
                spec.guidanceScale(),
                spec.bootstrapSamples(),
                any.realImages(),
                Html.escaped(any.device()),
                any.latencyPasses());
    }

    private static void row(
            StringBuilder rows,
            String name,
            List<VariantEvaluation> evaluations,
            Function<Metrics, String> cell) {
        String teacher = cell.apply(evaluations.get(0).teacherMetrics());
        row(
                rows,
                name,
                evaluations,
                teacher,
                evaluation -> cell.apply(evaluation.studentMetrics()));
    }

    private static void row(
            StringBuilder rows,
            String name,
            List<VariantEvaluation> evaluations,
            String teacher,
            Function<VariantEvaluation, String> cell) {
        rows.append("<tr><th>").append(name).append("</th><td>").append(teacher).append("</td>");
        evaluations.forEach(
                evaluation ->
                        rows.append("<td>")
                                .append(Html.escaped(cell.apply(evaluation)))
                                .append("</td>"));
        rows.append("</tr>\n");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
