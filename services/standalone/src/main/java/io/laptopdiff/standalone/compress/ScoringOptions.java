package io.laptopdiff.standalone.compress;

import java.util.Map;
import picocli.CommandLine.Option;

/** What is measured before anything is trained. */
final class ScoringOptions {

    /** The slices of a request that says nothing; there cannot be more slices than samples. */
    private static final int DEFAULT_SLICES = 8;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Calibration samples (default: 128).")
    private Integer samples;

    @Option(
            names = "--precision",
            paramLabel = "fp32|bf16",
            description =
                    "Of the passes that score (default: fp32); bf16 takes half the memory, and less time where the processor computes in it.")
    private String precision;

    @Option(
            names = "--audit",
            description =
                    "Removes random sets of units together and compares with the sum of their scores.")
    private boolean audit;

    void layOver(RequestFields request) {
        request.set("calibration.samples", samples);
        if (samples != null && samples < DEFAULT_SLICES) {
            request.setIfAbsent("calibration.slices", Math.max(1, samples));
        }
        request.set("scoring.precision", precision);
        if (audit) {
            request.setIfAbsent("scoring.additivity", Map.of());
        }
    }
}
