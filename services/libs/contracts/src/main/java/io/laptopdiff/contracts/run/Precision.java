package io.laptopdiff.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.laptopdiff.contracts.json.Require;
import java.util.Arrays;
import java.util.Locale;

/** The numbers that a frozen U-Net's layers hold and compute with. */
public enum Precision {
    /** 32 bits: the reference. */
    FP32,
    /**
     * bfloat16 inside of layers, FP32 between them: half the memory, and faster on processors with
     * AVX512_BF16 or AMX; outputs differ by less than 2 % of their norm.
     */
    BF16;

    @JsonCreator
    public static Precision of(String text) {
        Require.oneOf("", text, Arrays.stream(values()).map(Precision::text).toList());
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
