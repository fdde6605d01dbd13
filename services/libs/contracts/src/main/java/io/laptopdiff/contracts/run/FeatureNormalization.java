package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;

/** What each raw feature term is divided by. */
public enum FeatureNormalization {
    /** Divides by nothing, as BK-SDM does. */
    NONE("none"),
    /** The root mean square of the teacher's feature. */
    L2("l2"),
    /** The mean square of the teacher's feature: the relative error of the stage. */
    SQUARED_L2("squared-l2");

    private final String text;

    FeatureNormalization(String text) {
        this.text = text;
    }

    @JsonCreator
    public static FeatureNormalization of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(FeatureNormalization::text).toList());
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst().orElseThrow();
    }

    @JsonValue
    public String text() {
        return text;
    }
}
