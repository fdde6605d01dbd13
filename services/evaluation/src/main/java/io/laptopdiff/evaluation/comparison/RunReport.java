package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.evaluation.images.ContactSheet;
import io.laptopdiff.evaluation.images.ImageFiles;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One sheet and one page of a whole run: the teacher and every variant that is evaluated so far.
 */
public final class RunReport {

    private static final double MILLION = 1e6;

    private final ArtifactStore store;

    public RunReport(ArtifactStore store) {
        this.store = store;
    }

    /**
     * Writes both anew, each file whole.
     *
     * @return locations by name, as events carry them; empty if no variant of the run is evaluated
     */
    public Map<String, String> write(DistillationFinished event) {
        Path run = store.run(event.runId()).directory();
        Path sheet = run.resolve("sheet.png");
        Path page = run.resolve("report.html");
        List<VariantEvaluation> evaluations = finished(event);
        if (evaluations.isEmpty()) {
            return Map.of();
        }
        List<VariantEvaluation> written;
        do {
            // Another worker may have finished meanwhile, and its sheet been replaced by this one,
            // which lacks it.
            written = evaluations;
            store.write(sheet, ImageFiles.png(sheet(event, written)));
            store.write(
                    page, ReportPage.of(event.runId(), written).getBytes(StandardCharsets.UTF_8));
            evaluations = finished(event);
        } while (!evaluations.equals(written));
        return Map.of("report", store.location(page), "run-sheet", store.location(sheet));
    }

    /**
     * In the order of the request; only those that answer the same question can stand side by side.
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
        columns.add(column("teacher", first.teacherMetrics(), ImageFiles.read(teacher, rows)));
        for (VariantEvaluation evaluation : evaluations) {
            Path images = VariantArchive.of(store, event.runId(), evaluation.variant()).images();
            columns.add(
                    column(
                            evaluation.variant(),
                            evaluation.studentMetrics(),
                            ImageFiles.read(images, rows)));
        }
        return ContactSheet.draw(first.captions(), columns);
    }

    static ContactSheet.Column column(String label, Metrics metrics, List<BufferedImage> images) {
        String note =
                String.format(
                        Locale.ROOT,
                        "%.1f M, CLIP score %.1f",
                        metrics.parameters() / MILLION,
                        metrics.clipScore());
        return new ContactSheet.Column(label, note, images);
    }
}
