package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest extends TypedCommands {

    @TempDir private Path home;

    @Test
    void shouldMeasureInAProcessOfItsOwnAndReport() throws IOException {
        Path model = home.resolve("model");
        TinyTeacher.write(model, 1);
        assertThat(run("bench", "--only", "sweep", "--model", model.toString(), "--out", out()))
                .isZero();
        assertThat(out.toString()).contains("measuring sweep").contains("report: ");
        assertThat(home.resolve("out/performance")).isDirectoryContaining("glob:**/sweep@*.json");
        assertThat(Files.readString(home.resolve("out/performance.md")))
                .contains("| 39 whole passes |");
    }

    @Test
    void shouldReportAndFailWhereAPartFails() {
        assertThat(run("bench", "--only", "sweep", "--model", "no/where", "--out", out()))
                .isEqualTo(3);
        assertThat(out.toString()).contains("could not be measured");
        assertThat(home.resolve("out/performance")).doesNotExist();
    }

    @Test
    void shouldNameTheParts() {
        assertThat(run("bench", "--only", "speed")).isEqualTo(2);
        assertThat(err.toString()).contains("--only").contains("half-width-step");
    }

    private String out() {
        return home.resolve("out").toString();
    }
}
