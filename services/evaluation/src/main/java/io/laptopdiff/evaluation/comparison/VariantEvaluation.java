package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.EvaluationSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A student beside its teacher, as its {@code evaluation.json} has it. Both latencies come from the
 * same minutes on the same machine, so they may be compared with each other, and less so with those
 * of other variants.
 *
 * @param digest of the question; another question must not be answered with it
 * @param measuredAt when everything was measured
 * @param student location of its directory
 * @param spec how both were measured
 * @param device that the latencies belong to
 * @param latencyPasses of each U-Net that the median is of
 * @param realImages held-out images that the Fréchet distance is measured against
 * @param teacherMetrics of the teacher's U-Net
 * @param studentMetrics of the student's U-Net
 * @param images in the order of the prompts
 * @param declines of scores, by name; without those that cannot be told
 * @param gatesFailed scores that declined more than the request allows
 */
public record VariantEvaluation(
        String digest,
        String runId,
        String variant,
        Instant measuredAt,
        String student,
        EvaluationSpec spec,
        String device,
        int latencyPasses,
        int realImages,
        Metrics teacherMetrics,
        Metrics studentMetrics,
        List<PairedImage> images,
        @Default("{}") Map<String, Decline> declines,
        @Default("[]") List<String> gatesFailed) {
    public VariantEvaluation {
        Require.text("digest", digest);
        Require.name("runId", runId);
        Require.name("variant", variant);
        Require.present("measuredAt", measuredAt);
        Require.text("student", student);
        Require.present("spec", spec);
        Require.text("device", device);
        Require.atLeast("latencyPasses", latencyPasses, 1);
        Require.atLeast("realImages", realImages, 2);
        Require.present("teacherMetrics", teacherMetrics);
        Require.present("studentMetrics", studentMetrics);
        images = Require.someOf("images", images);
        Require.present("declines", declines);
        declines = Collections.unmodifiableMap(new TreeMap<>(declines));
        gatesFailed = Require.list("gatesFailed", gatesFailed);
    }

    /**
     * Returns the failure that ends the variant, if a gate is shut.
     *
     * @param report location that the text names
     */
    public Optional<StageException> gateFailure(String report) {
        return Gates.failure(spec.gates(), declines, report);
    }

    /** The captions, in the order of the images. */
    List<String> captions() {
        return images.stream().map(PairedImage::caption).toList();
    }
}
