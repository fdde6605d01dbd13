package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class ExitCodesTest extends GatewayCommands {

    private static final Path GUIDE = Path.of("../../docs/guides/command-line.md");
    private static final Pattern ROW = Pattern.compile("\\| (\\d) \\| (.+) \\|");

    private static Map<String, String> documented() throws IOException {
        Map<String, String> codes = new TreeMap<>();
        Files.readString(GUIDE)
                .lines()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .forEach(row -> codes.put(row.group(1), row.group(2)));
        return codes;
    }

    static Stream<String> commands() {
        return Main.commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldBeInTheHelpOfEveryCommand(String command) throws IOException {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString())
                .contains("Exit codes:")
                .containsPattern("\n  0   (done|the run)");
        CommandLine typed = Main.commandLine().getSubcommands().get(command);
        assertThat(documented().keySet())
                .containsAll(typed.getCommandSpec().usageMessage().exitCodeList().keySet());
    }

    @Test
    void shouldAllBeInTheGuideAndInTheHelp() throws IOException {
        assertThat(documented()).containsOnlyKeys("0", "1", "2", "3", "4", "5");
        assertThat(Main.commandLine().getCommandSpec().usageMessage().exitCodeList())
                .containsOnlyKeys("0", "1", "2", "3", "4", "5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "watch r | FINISHED | 0",
                "watch r | FAILED | 3",
                "watch r | CANCELLED | 4",
                "watch r --output json | FINISHED | 0",
                "watch r --output json | FAILED | 3",
                "watch r --output json | CANCELLED | 4"
            })
    void shouldTellHowAFollowedRunEnded(String command, String state, int code) {
        gateway.answering(200, status(state));
        assertThat(ask(command.split(" "))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                COMPRESS + " --follow | FINISHED | 0",
                COMPRESS + " --follow | FAILED | 3",
                COMPRESS + " --follow | CANCELLED | 4",
                COMPRESS + " | REQUESTED | 0",
                PLAN + " | FINISHED | 0",
                PLAN + " | FAILED | 3",
                PLAN + " | CANCELLED | 4"
            })
    void shouldTellHowARunThatWasAskedForEnded(String command, String state, int code) {
        gateway.answering(202, "{}")
                .answering(200, status(state))
                .answering(404, "{\"detail\": \"no frontier\"}");
        assertThat(ask(command.split(" "))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runs --state x | 400 | 2",
                "runs | 500 | 1",
                "runs | 503 | 1",
                "watch r | 404 | 5",
                "watch r | 400 | 2",
                "compare r/a r/b | 404 | 5",
                "compare r/a r/b | 400 | 2",
                "compare r/a r/b | 503 | 1",
                "cancel r | 409 | 5",
                "cancel r | 503 | 1",
                "retry r/a | 409 | 5",
                "retry r/a | 422 | 3",
                "delete r | 410 | 5",
                COMPRESS + " | 400 | 2",
                COMPRESS + " | 422 | 3",
                COMPRESS + " | 500 | 1",
                PLAN + " | 400 | 2",
                PLAN + " | 422 | 3"
            })
    void shouldTellWhyTheGatewayDoesNotDoIt(String command, int status, int code) {
        gateway.answering(status, "{\"detail\": \"for a reason\"}");
        assertThat(ask(command.split(" "))).isEqualTo(code);
        assertThat(err.toString()).contains("for a reason");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runs",
                "watch r",
                "compare r/a r/b",
                "cancel r",
                "retry r/a",
                "delete r",
                COMPRESS,
                PLAN
            })
    void shouldTellThatNobodyListens(String command) {
        gateway.close();
        assertThat(ask(command.split(" "))).isEqualTo(1);
        assertThat(err.toString()).contains("nobody listens");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldTellOfWrongUsage(String command) {
        assertThat(run(command, "--no-such-option")).isEqualTo(2);
        assertThat(err.toString()).contains("Try: laptop-diff " + command + " --help");
    }

    @Test
    void shouldTellThatACommandIsMissing() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: laptop-diff");
    }
}
