package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "quickstart ", "compress ", "serve "})
    void shouldTeachWhatACommandDoes(String command) {
        assertThat(run((command + "--help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: laptop-diff").contains("-h, --help");
    }

    @Test
    void shouldDocumentExitCodes() {
        run("--help");
        assertThat(out.toString()).contains("Exit codes:").contains("3 the run failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ratio 1.5 | ratio",
                "--ratio 0 | ratio",
                "--ratio half | --ratio",
                "--handcrafted bk-huge | handcrafted",
                "'' | --ratio",
                "--ratio 0.5 --steps 0 | steps",
                "--ratio 0.5 --feature-normalization l3 | squared-l2"
            })
    void shouldRefuseAWrongRequestBeforeAnythingStarts(String options, String named) {
        String base = "compress --model m --train t --held-out h --scorer s " + options;
        assertThat(run(base.strip().split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(named);
    }

    @Test
    void shouldNameTheMissingOptions() {
        assertThat(run("compress", "--ratio", "0.5")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--model")
                .contains("--train")
                .contains("--held-out")
                .contains("--scorer");
    }
}
