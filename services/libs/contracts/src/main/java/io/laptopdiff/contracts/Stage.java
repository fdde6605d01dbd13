package io.laptopdiff.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** The stages of a run, in their order. */
public enum Stage {
    SCORING,
    PLANNING,
    DISTILLATION,
    EVALUATION;

    @JsonCreator
    public static Stage of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(Stage::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
