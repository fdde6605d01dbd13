package io.laptopdiff.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.ScriptedGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class UnfinishedRunsTest {
    private static final RunSpec SPEC =
            Json.of(
                    RunSpec.class,
                    Map.of(
                            "teacher", "/m",
                            "calibration", Map.of("dataset", "/d"),
                            "variants", List.of(Map.of("ratio", 0.5)),
                            "distillation", Map.of("dataset", "/d"),
                            "evaluation", Map.of("scorer", "/c", "dataset", "/h")));

    private static final String TWO =
            """
            {"runs": [{"runId": "newer", "state": "SCORING"},
                      {"runId": "older", "state": "DISTILLING"}]}
            """;
    private static final String OTHERWISE = "{\"detail\": \"asked for otherwise\"}";

    private final StringWriter said = new StringWriter();
    private ScriptedGateway gateway;

    @Command
    private static final class Any implements Runnable {
        @Mixin private UnfinishedRuns unfinished;

        @Override
        public void run() {
            // only its options are looked at
        }
    }

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String begin(String... options) throws Exception {
        Any command = new Any();
        new CommandLine(command).parseArgs(options);
        return command.unfinished.begin(
                new GatewayClient(gateway.address()), SPEC, new PrintWriter(said));
    }

    @Test
    void shouldGoOnWithTheRunOfTheSameRequestAndNameTheOthers() throws Exception {
        gateway.answering(503, "{\"detail\": \"starting\"}").answering(200, TWO);
        gateway.answering(409, OTHERWISE).answering(202, "{}");
        assertThat(begin()).isEqualTo("older");
        assertThat(said.toString().lines())
                .anyMatch(
                        line ->
                                line.startsWith("run newer of another request")
                                        && line.contains("(scoring)"))
                .anyMatch(
                        line ->
                                line.startsWith("run older of this request")
                                        && line.contains("goes on"))
                .hasSize(2);
        assertThat(gateway.bodies().get(3)).contains("\"runId\":\"older\"", "\"teacher\":\"/m\"");
        assertThat(gateway.bodies()).as("no run is asked for beside it").hasSize(4);
    }

    @Test
    void shouldCancelThemAndBeginAnewWhereThatIsWanted() throws Exception {
        gateway.answering(200, TWO).answering(202, "{}");
        assertThat(begin("--cancel-unfinished")).isNotIn("older", "newer");
        assertThat(said.toString())
                .contains("run newer was left unfinished (scoring) and is cancelled")
                .contains("run older was left unfinished (distilling) and is cancelled");
        assertThat(gateway.bodies().get(3)).contains("\"runId\"");
    }

    @Test
    void shouldSayNothingWhereNothingWasLeft() throws Exception {
        gateway.answering(200, "{\"runs\": []}").answering(202, "{}");
        assertThat(begin()).isNotEmpty();
        assertThat(said.toString()).isEmpty();
    }
}
