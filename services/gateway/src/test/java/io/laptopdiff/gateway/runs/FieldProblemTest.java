package io.laptopdiff.gateway.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.VariantSpec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldProblemTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "``,#",
                "variants[0].ratio,#/variants/0/ratio",
                "[\"a.b\"],#/a.b",
                "a[\"b.c/d~\"].e,#/a/b.c~1d~0/e",
                "a[\"b\\\"]c\"][2],#/a/b%22%5Dc/2",
                "my field,#/my%20field",
                "[\"50%\"].größe,#/50%25/gr%C3%B6%C3%9Fe",
                "[\"#a?b=c:d@e\"],#/%23a?b=c:d@e"
            })
    void shouldPoint(String field, String pointer) {
        assertThat(new FieldProblem("", field).pointer()).isEqualTo(pointer);
    }

    @Test
    void shouldPointAtNamesWithDots() {
        String variant = "{\"ratio\": 0.5, \"minimumUnits\": {\"down_blocks.0\": \"many\"}}";
        InvalidMessageException refused =
                catchThrowableOfType(
                        InvalidMessageException.class,
                        () ->
                                Json.read(
                                        variant.getBytes(StandardCharsets.UTF_8),
                                        VariantSpec.class));
        assertThat(refused.field()).isEqualTo("minimumUnits[\"down_blocks.0\"]");
        assertThat(FieldProblem.of(refused).pointer()).isEqualTo("#/minimumUnits/down_blocks.0");
    }
}
