package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FabricateCommandTest extends TypedCommands {

    @TempDir private Path directory;

    @Test
    void shouldTeachItsOptions() {
        assertThat(run("fabricate", "--help")).isZero();
        assertThat(out.toString())
                .contains("--config=sd15|sd21|sdxl|DIR")
                .contains("float32, float16, bfloat16")
                .contains("--max-shard-size");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--config sd15 --out o --max-shard-size 2 | --max-shard-size",
                "--config sd15 --out o --dtype int8 | --dtype",
                "--out o | --config",
                "--config sd15 | --out"
            })
    void shouldNameTheWrongOption(String options, String named) {
        assertThat(run(("fabricate " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(named);
    }

    @Test
    void shouldSayWhichConfigsThereAre() {
        assertThat(run("fabricate", "--config", "sd3", "--out", "o")).isEqualTo(1);
        assertThat(err.toString()).contains("[sd15, sd21, sdxl]");
    }

    @Test
    void shouldRefuseAnOutputThatIsNotEmpty() throws IOException {
        Files.writeString(directory.resolve("note.txt"), "mine");
        assertThat(run("fabricate", "--config", "sd15", "--out", directory.toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains(directory.toString())
                .contains("choose another directory");
        assertThat(out.toString()).contains("859,520,964 parameters");
    }
}
