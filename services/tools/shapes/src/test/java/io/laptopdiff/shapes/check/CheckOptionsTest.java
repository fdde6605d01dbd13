package io.laptopdiff.shapes.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckOptionsTest {

    @Test
    void shouldReadEveryOption() {
        CheckOptions options =
                CheckOptions.parse(
                        "--models",
                        "m",
                        "--guidance",
                        "3",
                        "--steps",
                        "7",
                        "--images",
                        "32",
                        "--seed",
                        "4",
                        "--sheet",
                        "s");

        assertThat(options)
                .isEqualTo(
                        new CheckOptions(
                                Path.of("m"), List.of(3.0), 7, 32, 4, Optional.of(Path.of("s"))));
    }

    @Test
    void shouldCompareSeveralGuidanceScales() {
        assertThat(CheckOptions.parse("--models", "m", "--guidance", "2,3.5").guidance())
                .containsExactly(2.0, 3.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--models m --steps x | --steps = 'x'",
                "--models m --steps 0 | --steps = 0",
                "--models m --images 20 | --images = 20",
                "--models m --guidance 2,, | --guidance = ''",
                "--models m --guidance NaN | --guidance = NaN",
                "--models m --guidance 2,3 --sheet s.png | --sheet",
                "--models m --colour red | '--colour' is unknown",
                "--models m --steps | '--steps' lacks its value",
                "--steps 3 | --models is missing",
            })
    void shouldNameTheOptionThatIsWrong(String line, String expected) {
        assertThatThrownBy(() -> CheckOptions.parse(line.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
