package io.laptopdiff.standalone.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.standalone.Main;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocaleCheckTest {

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "US-ASCII, /models/größe, false",
        "US-ASCII, /models/gr\uFFFDe, false",
        "US-ASCII, /models/size, true",
        "ISO-8859-1, /models/größe, true",
        "ISO-8859-1, /models/大, false",
        "UTF-8, /models/大, true"
    })
    void shouldTakeWhatTheLocaleHas(String encoding, String argument, boolean taken) {
        LocaleCheck check = new LocaleCheck(Charset.forName(encoding));
        if (taken) {
            assertThatCode(() -> check.require(argument)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> check.require(argument))
                    .isInstanceOf(UnusablePathException.class)
                    .hasMessageContaining(encoding)
                    .hasMessageContaining("LC_ALL=C.UTF-8");
        }
    }

    /** The command line as a process of its own, for its locale is fixed when it starts. */
    @Test
    void shouldNameTheRemedyWhereTheLocaleIsC() throws Exception {
        assertThat(command("C", "compress", "--model", "/models/größe"))
                .contains("exit 2")
                .contains("LC_ALL=C.UTF-8")
                .contains("argument");
    }

    @Test
    void shouldNameADataSetWhoseFilesTheLocaleCannotName() throws Exception {
        Files.createFile(directory.resolve("größe.png"));
        String place = directory.toString();
        String[] options = {
            "compress",
            "--ratio",
            "0.5",
            "--model",
            place,
            "--train",
            place,
            "--held-out",
            place,
            "--scorer",
            place
        };
        assertThat(command("C", options))
                .contains("exit 2")
                .contains("a file in " + place)
                .contains("LC_ALL=C.UTF-8");
        assertThat(command("C.UTF-8", options)).doesNotContain("LC_ALL");
    }

    private String command(String locale, String... arguments)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output-" + locale + ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().put("LC_ALL", locale);
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.ISO_8859_1)
                + " exit "
                + process.exitValue();
    }
}
