package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.standalone.experiments.GatewayRuns;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayClientTest {

    private static final Patience LITTLE =
            new Patience(Duration.ofMillis(5), Duration.ofMillis(200), Duration.ofMillis(200));

    /** So much that nothing ends by it within the test's own time. */
    private static final Patience MUCH =
            new Patience(Duration.ofMillis(5), Duration.ofMinutes(5), Duration.ofMinutes(5));

    private static final RunSpec SPEC =
            Json.of(
                    RunSpec.class,
                    Map.of(
                            "teacher", "/m",
                            "calibration", Map.of("dataset", "/d"),
                            "variants", List.of(Map.of("ratio", 0.5)),
                            "distillation", Map.of("dataset", "/d"),
                            "evaluation", Map.of("scorer", "/c", "dataset", "/h")));

    private static final String FINISHED =
            """
            {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "FINISHED",
             "failures": [], "variants": []}
            """;

    private static final String PROBLEM =
            "{\"title\": \"Not ready\", \"detail\": \"reading back\"}";

    private ScriptedGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RunFollower follower(Patience patience) {
        return new RunFollower(
                new GatewayClient(gateway.address(), patience),
                new PrintWriter(Writer.nullWriter()),
                false,
                patience);
    }

    @Test
    void shouldSayHowManyTrainingImagesWereLeftOutAndWhy() throws Exception {
        gateway.answering(
                200,
                FINISHED.replace(
                        "\"variants\": []",
                        "\"variants\": [{\"name\": \"half\", \"state\": \"FINISHED\", \"images\":"
                                + " {\"used\": 97, \"leftOut\": {\"corrupt\": 2, \"too-small\": 1}}}]"));
        StringWriter text = new StringWriter();
        new RunFollower(
                        new GatewayClient(gateway.address(), MUCH),
                        new PrintWriter(text),
                        false,
                        MUCH)
                .follow("r");
        assertThat(text.toString())
                .contains("3 of 100 training images were left out: 2 corrupt, 1 too-small");
    }

    @Test
    void shouldAskForTheSameRunUntilItIsTakenIn() throws Exception {
        gateway.answering(503, PROBLEM).hangingUp().answering(202, "{}");
        String runId = new GatewayClient(gateway.address(), MUCH).create(SPEC);
        assertThat(runId).matches("\\d{8}-\\d{6}-[a-z0-9]{4}");
        assertThat(gateway.bodies())
                .hasSize(3)
                .containsOnly(gateway.bodies().get(0))
                .allSatisfy(
                        body ->
                                assertThat(body)
                                        .contains("\"runId\":\"" + runId + "\"")
                                        .contains("\"teacher\":\"/m\""));
    }

    @Test
    void shouldAskForAnotherRunTheNextTime() throws Exception {
        gateway.answering(202, "{}");
        GatewayClient client = new GatewayClient(gateway.address(), MUCH);
        assertThat(client.create(SPEC)).isNotEqualTo(client.create(SPEC));
    }

    @Test
    void shouldSayWhyTheGatewayDoesNotTakeTheRunIn() {
        gateway.answering(400, "{\"detail\": \"ratio must be below 1\"}");
        assertThatThrownBy(() -> new GatewayClient(gateway.address(), MUCH).create(SPEC))
                .isInstanceOf(RefusedException.class)
                .hasMessage("ratio must be below 1");
    }

    @Test
    void shouldGiveUpOnAGatewayThatNeverGetsReady() {
        gateway.answering(503, PROBLEM);
        assertThatThrownBy(() -> new GatewayClient(gateway.address(), LITTLE).create(SPEC))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(gateway.address().toString())
                .hasMessageContaining("reading back");
    }

    @Test
    void shouldSayAtOnceThatNobodyListens() {
        URI address = gateway.address();
        gateway.close();
        assertThatThrownBy(() -> new GatewayClient(address, MUCH).create(SPEC))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody listens at " + address);
    }

    @Test
    void shouldFollowARunThroughOutagesAndBeforeItIsKnown() throws Exception {
        gateway.answering(404, "")
                .hangingUp()
                .answering(503, PROBLEM)
                .answering(502, "<html>a proxy's page</html>")
                .answering(404, "")
                .answering(200, FINISHED);
        RunStatus status = follower(MUCH).follow("r");
        assertThat(status.state()).isInstanceOf(RunState.Finished.class);
    }

    @Test
    void shouldGiveUpOnARunThatStaysUnknown() {
        gateway.answering(404, "");
        assertThatThrownBy(() -> follower(LITTLE).follow("gone"))
                .isInstanceOf(UnknownRunException.class)
                .hasMessageContaining("'gone'")
                .hasMessageContaining(gateway.address().toString());
    }

    @Test
    void shouldGiveUpOnAGatewayThatStaysAway() {
        gateway.hangingUp();
        assertThatThrownBy(() -> follower(LITTLE).follow("r"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has not answered");
    }

    @Test
    void shouldHaveNoEventsOfARunThatNobodyKnows() throws Exception {
        gateway.answering(404, "");
        GatewayClient client = new GatewayClient(gateway.address(), LITTLE);
        assertThat(new GatewayRuns(gateway.address(), client, follower(LITTLE)).follow("gone"))
                .isEmpty();
    }
}
