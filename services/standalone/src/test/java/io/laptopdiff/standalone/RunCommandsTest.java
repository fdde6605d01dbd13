package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.standalone.follow.ScriptedGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RunCommandsTest {

    private static final String RUN =
            """
            {"runId": "r-1", "state": "DISTILLING", "progress": 0.42, "secondsLeft": 75, "teacher": "/models/sd15/",
             "ratios": {"half": 0.503}, "result": {"half": {"clip-score": 4.04}}, "failures": 0}""";

    @TempDir private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ScriptedGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (!all.contains("completion")) {
            all.add("--gateway=" + gateway.address());
        }
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(all.toArray(String[]::new));
    }

    @Test
    void shouldListRunsPageByPage() {
        gateway.answering(200, "{\"runs\": [" + RUN + "], \"next\": \"abc\"}")
                .answering(200, "{\"runs\": [" + RUN.replace("r-1", "r-2") + "]}");
        assertThat(run("runs", "--all")).isZero();
        assertThat(out.toString())
                .contains("r-1", "r-2", "distilling", "42 %", "1m15s", "sd15", "50.3 %")
                .contains("clip-score -4.0 %");
    }

    @Test
    void shouldListRunsForProgramsALineEach() {
        gateway.answering(200, "{\"runs\": [" + RUN + "]}");
        assertThat(run("runs", "--output", "json")).isZero();
        assertThat(out.toString().lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("{\"runId\""));
    }

    @Test
    void shouldCompare() {
        gateway.answering(
                200,
                """
                {"variants": [{"runId": "r", "name": "half", "state": "FINISHED", "ratio": 0.5, "parameters": 430000000,
                  "metrics": {"macs": 2000000, "latencyMillis": 12.5, "scores": {"clip-score": {"mean": 30.25}}},
                  "declines": {"clip-score": {"percent": 4.5}}, "gatesFailed": ["clip-score"]},
                 {"runId": "r", "name": "hand", "state": "REQUESTED", "declines": {}, "gatesFailed": []}]}""");
        assertThat(run("compare", "r/half", "r/hand")).isZero();
        assertThat(out.toString())
                .contains("50.0 %", "430.00 M", "30.25", "4.50 %", "FAILED: clip-score");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cancel r | run r will stop",
                "delete r | run r is deleted",
                "retry r/half | run r-9"
            })
    void shouldDoWhatIsAskedAndSaySo(String command, String said) {
        gateway.answering(202, "{\"runId\": \"r-9\"}");
        assertThat(run(command.split(" "))).isZero();
        assertThat(out.toString()).contains(said);
    }

    @ParameterizedTest
    @CsvSource({
        "cancel r, 404",
        "cancel r, 409",
        "delete r, 410",
        "retry r/x, 409",
        "watch r, 404"
    })
    void shouldTellOfRunsThatAreNotThereOrNotInThatState(String command, int status) {
        gateway.answering(status, "{\"detail\": \"there is no run 'r'\"}");
        assertThat(run(command.split(" "))).isEqualTo(5);
        assertThat(err.toString()).isEqualTo("laptop-diff: there is no run 'r'\n");
    }

    @Test
    void shouldWaitForAGatewayThatStarts() {
        gateway.answering(503, "{\"detail\": \"reading back\"}")
                .answering(503, "{\"detail\": \"reading back\"}")
                .answering(
                        200,
                        """
                        {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "CANCELLED",
                         "failures": [], "variants": []}""");
        assertThat(run("watch", "r")).isEqualTo(4);
    }

    @Test
    void shouldAskForNothingButTheRun() {
        gateway.answering(404, "{\"detail\": \"there is no run 'a b'\"}");
        assertThat(run("watch", "a b")).isEqualTo(5);
        assertThat(run("cancel", "../../q/health?x")).isEqualTo(5);
    }

    @Test
    void shouldRefuseWhatIsNoVariant() {
        assertThat(run("retry", "r")).isEqualTo(2);
        assertThat(err.toString()).contains("'r' is not RUN/VARIANT");
        assertThat(run("compare", "r/a")).isEqualTo(2);
    }

    @Test
    void shouldSayHowToStartAGatewayWhereNoneIs() {
        gateway.close();
        assertThat(run("runs")).isEqualTo(1);
        assertThat(err.toString()).contains("nobody listens").contains("laptop-diff serve");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void shouldPrintAScriptThatBashTakes() throws Exception {
        assertThat(run("completion")).isZero();
        Path script = Files.writeString(directory.resolve("completion.sh"), out.toString());
        assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
        assertThat(out.toString()).contains("compress", "watch", "compare", "cancel");
    }
}
