package io.laptopdiff.contracts.scoring;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** The two kinds of removable layer. */
public enum UnitKind {
    RESNET,
    TRANSFORMER;

    @JsonCreator
    public static UnitKind of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(UnitKind::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
