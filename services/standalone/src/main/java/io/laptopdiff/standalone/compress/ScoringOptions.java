package io.laptopdiff.standalone.compress;

import java.util.Map;
import picocli.CommandLine.Option;

/** What is measured before anything is trained. */
final class ScoringOptions {

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Calibration samples (default: 128).")
    private Integer samples;

    @Option(
            names = "--audit",
            description =
                    "Removes random sets of units together and compares with the sum of their scores.")
    private boolean audit;

    void layOver(RequestFields request) {
        request.set("calibration.samples", samples);
        if (audit) {
            request.setIfAbsent("scoring.additivity", Map.of());
        }
    }
}
