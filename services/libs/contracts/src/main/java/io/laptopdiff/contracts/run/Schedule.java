package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** How the learning rate goes on after the warm-up. */
public enum Schedule {
    CONSTANT,
    /** Goes straight down to 0 at the last step. */
    LINEAR,
    /** Goes down to 0 at the last step along half a cosine. */
    COSINE;

    @JsonCreator
    public static Schedule of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(Schedule::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
