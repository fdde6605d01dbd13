package io.laptopdiff.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-99, 0, 9",
        "bytes=3-, 3, 9",
        "bytes=3-5, 3, 5",
        "bytes=-4, 6, 9",
        "bytes=-40, 0, 9",
        "bytes=9-9, 9, 9"
    })
    void shouldCutWhatIsAskedFor(String header, long first, long last) {
        assertThat(ByteRange.of(header, 10)).contains(new ByteRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=-",
                "bytes=5-3",
                "lines=1-2",
                "bytes=0-1,3-4",
                "bytes=a-b",
                "",
                "bytes 1-2",
                "bytes=99999999999999999999-"
            })
    void shouldGiveTheWholeForWhatMakesNoSense(String header) {
        assertThat(ByteRange.of(header, 10)).isEmpty();
        assertThat(ByteRange.of(null, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=11-12", "bytes=-0"})
    void shouldRefuseWhatLiesBeyondTheEnd(String header) {
        assertThatThrownBy(() -> ByteRange.of(header, 10))
                .isInstanceOf(UnsatisfiableRangeException.class)
                .hasMessageContaining("10 bytes");
    }
}
