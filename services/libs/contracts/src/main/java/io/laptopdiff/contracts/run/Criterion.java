package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** What says how much a unit is worth; of every criterion, more is more worth keeping. */
public enum Criterion {
    /** What the removal does to the output (LAPTOP-Diff, arXiv 2404.11098). */
    OUTPUT_LOSS,
    /** Mean absolute weight of the unit. */
    MAGNITUDE,
    /** First-order estimate of what the removal does to the task loss. */
    TAYLOR,
    /** What the removal does to the denoising loss. */
    TASK_LOSS,
    /** What the removal does to the CLIP score of generated images. */
    CLIP_SCORE,
    /** The criterion that scores uniformly, by the calibration's seed. */
    RANDOM;

    @JsonCreator
    public static Criterion of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(Criterion::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
