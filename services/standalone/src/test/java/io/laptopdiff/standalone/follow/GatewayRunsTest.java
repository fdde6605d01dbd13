package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.standalone.experiments.GatewayRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayRunsTest {

    private static final Message EVENT =
            new RunCancelRequested("r", Instant.parse("2026-01-01T00:00:00Z"));

    private static final String TOLD =
            ": still here\n\nid: 1\ndata: " + MessageJson.tree(EVENT) + "\n\n";

    private static final String FINISHED =
            """
            {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "FINISHED",
             "failures": [], "variants": []}
            """;

    private ScriptedGateway gateway;
    private GatewayRuns runs;

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway().answering(200, FINISHED);
        GatewayClient client = new GatewayClient(gateway.address());
        RunFollower follower = new RunFollower(client, new PrintWriter(Writer.nullWriter()), false);
        runs = new GatewayRuns(gateway.address(), client, follower);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void shouldGiveEveryEventUpToTheEnd() throws Exception {
        gateway.breakingOff(TOLD + TOLD + "event: end\ndata: {}\n\n");
        assertThat(runs.follow("r")).contains(List.of(EVENT, EVENT));
    }

    @Test
    void shouldNotTakeAStreamWithHolesForAWholeOne() {
        gateway.breakingOff(
                TOLD + "event: missed\ndata: {\"count\": 3}\n\n" + "event: end\ndata: {}\n\n");
        assertThatThrownBy(() -> runs.follow("r"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dropped events")
                .hasMessageContaining("3");
    }

    @Test
    void shouldNotTakeABrokenStreamForAWholeOne() {
        gateway.breakingOff(TOLD);
        assertThatThrownBy(() -> runs.follow("r"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in the middle of the run");
    }
}
