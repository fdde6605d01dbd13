package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.evaluation.Score;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.pipeline.ImageFiles;
import io.laptopdiff.evaluation.images.ContactSheet;
import io.laptopdiff.reports.RunCharts;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One sheet, one page and its figures as JSON of a whole run: the teacher and every variant that is
 * evaluated so far.
 */
public final class RunReport {

    private static final double MILLION = 1e6;

    private final ArtifactStore store;

    public RunReport(ArtifactStore store) {
        this.store = store;
    }

    /**
     * Writes all anew, each file whole.
     *
     * @return locations by name, as events carry them; empty if no variant of the run is evaluated
     */
    public Map<String, String> write(DistillationFinished event) {
        Path run = store.run(event.runId()).directory();
        Path sheet = run.resolve("sheet.png");
        Path page = run.resolve("report.html");
        Path json = run.resolve("report.json");
        List<VariantEvaluation> evaluations = finished(event);
        if (evaluations.isEmpty()) {
            return Map.of();
        }
        List<VariantEvaluation> written;
        do {
            // Another worker may have finished meanwhile, and its sheet been replaced by this one,
            // which lacks it.
            written = evaluations;
            byte[] picture = ImageFiles.png(sheet(event, written));
            store.write(sheet, picture);
            store.write(
                    page,
                    ReportPage.of(event.runId(), written, picture, charts(event, written))
                            .getBytes(StandardCharsets.UTF_8));
            store.write(
                    json,
                    Json.writePretty(ReportJson.of(event.runId(), written))
                            .getBytes(StandardCharsets.UTF_8));
            evaluations = finished(event);
        } while (!evaluations.equals(written));
        return Map.of(
                "report",
                store.location(page),
                "report-json",
                store.location(json),
                "run-sheet",
                store.location(sheet));
    }

    private String charts(DistillationFinished event, List<VariantEvaluation> evaluations) {
        List<String> variants = evaluations.stream().map(VariantEvaluation::variant).toList();
        return new RunCharts(store, event.runId(), variants).html();
    }

    /**
     * Returns the finished evaluations in the order of the request; only those that answer the same
     * question can stand side by side.
     */
    private List<VariantEvaluation> finished(DistillationFinished event) {
        List<VariantEvaluation> finished = new ArrayList<>();
        for (VariantSpec variant : event.spec().variants()) {
            Optional<VariantEvaluation> evaluation =
                    VariantArchive.of(store, event.runId(), variant.name()).read();
            evaluation
                    .filter(e -> e.spec().equals(event.spec().evaluation()))
                    .ifPresent(finished::add);
        }
        return finished;
    }

    private BufferedImage sheet(DistillationFinished event, List<VariantEvaluation> evaluations) {
        VariantEvaluation first = evaluations.get(0);
        int rows = ContactSheet.rows(first.images().size());
        Path teacher =
                new TeacherArchive(store, store.run(event.runId()).teacherEvaluation()).images();
        List<ContactSheet.Column> columns = new ArrayList<>();
        columns.add(teacher(first, ImageFiles.read(teacher, rows)));
        for (VariantEvaluation evaluation : evaluations) {
            Path images = VariantArchive.of(store, event.runId(), evaluation.variant()).images();
            columns.add(student(evaluation, ImageFiles.read(images, rows)));
        }
        return ContactSheet.draw(first.captions(), columns);
    }

    /** The teacher above its images. */
    static ContactSheet.Column teacher(VariantEvaluation any, List<BufferedImage> images) {
        return column("teacher", any, any.teacherMetrics(), null, images);
    }

    /** A student above its images. */
    static ContactSheet.Column student(VariantEvaluation variant, List<BufferedImage> images) {
        String score = variant.spec().scoreNames().get(0);
        return column(
                variant.variant(),
                variant,
                variant.studentMetrics(),
                variant.declines().get(score),
                images);
    }

    private static ContactSheet.Column column(
            String label,
            VariantEvaluation evaluation,
            Metrics metrics,
            Decline decline,
            List<BufferedImage> images) {
        String name = evaluation.spec().scoreNames().get(0);
        String note = format("%.1f M", metrics.parameters() / MILLION);
        Score score = metrics.scores().get(name);
        if (score != null && decline == null) {
            note += format(", %s %.1f", name, score.mean());
        } else if (score != null) { // the column is narrow; intervals stand in the report
            note += format(", %.1f (%+.1f %%)", score.mean(), 0 - decline.percent());
        }
        return new ContactSheet.Column(label, note, images);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
