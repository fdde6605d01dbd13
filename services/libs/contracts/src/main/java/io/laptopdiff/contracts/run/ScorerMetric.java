package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** What a CLIP model's similarity is turned into. */
public enum ScorerMetric {
    /** 100 * max(cosine, 0) (Hessel et al., arXiv 2104.08718, with w = 100). */
    CLIP_SCORE,
    /** exp(logit_scale) * cosine (Kirstain et al., arXiv 2305.01569). */
    PICK_SCORE,
    /** exp(logit_scale) * cosine of an HPS v2 model (Wu et al., arXiv 2306.09341). */
    HPS_V2;

    @JsonCreator
    public static ScorerMetric of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(ScorerMetric::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
