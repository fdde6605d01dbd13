package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.status.RunState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LiveFollowingTest {

    /** Only a stream makes anybody look again within the test's own time. */
    private static final Patience STREAM_ALONE =
            new Patience(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5));

    private static final Patience QUICK =
            new Patience(Duration.ofMillis(5), Duration.ofMinutes(5), Duration.ofMinutes(5));

    private static final String EVENT = "id: %s\ndata: {\"type\": \"DistillationProgressed\"}\n\n";

    private static final String MANY = EVENT.formatted("1").repeat(100);

    /** The HTTP client itself asks once more where a connection that it kept is gone. */
    private static final int AGAIN = 1;

    private ScriptedGateway gateway;

    @BeforeAll
    static void waitLong() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(50));
    }

    @AfterAll
    static void waitAsUsual() {
        Awaitility.reset();
    }

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String status(String state) {
        return """
               {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "%s",
                "failures": [], "variants": []}
               """
                .formatted(state);
    }

    private CompletableFuture<RunStatus> follow(Patience patience) {
        RunFollower follower =
                new RunFollower(
                        new GatewayClient(gateway.address(), patience),
                        new PrintWriter(Writer.nullWriter()),
                        false,
                        patience);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return follower.follow("r");
                    } catch (IOException | InterruptedException e) {
                        throw new CompletionException(e);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: 1\ndata: {\"type\": \"UnitsScored\"}\n\n",
                "event: missed\ndata: {\"count\": 3, \"after\": \"1\"}\n\n",
                "event: end\ndata: {}\n\n"
            })
    void shouldLookAgainWhenSomethingHappens(String event) throws Exception {
        gateway.answering(200, status("SCORING")).streaming(": still here\n\n");
        CompletableFuture<RunStatus> followed = follow(STREAM_ALONE);
        await().until(() -> gateway.openStreams() == 1 && gateway.bodies().size() >= 2);
        sayUntilAsked(event);
        gateway.answering(200, status("FINISHED")); // after one more of before
        sayUntilAsked(event);
        gateway.say(event);
        assertThat(followed.get().state()).isInstanceOf(RunState.Finished.class);
        assertThat(gateway.bodies()).as("looks at five moments").hasSizeBetween(4, 5 + AGAIN);
    }

    private void sayUntilAsked(String event) {
        int before = gateway.bodies().size();
        gateway.say(event);
        await().until(() -> gateway.bodies().size() > before);
    }

    @Test
    void shouldGoOnAfterTheLastEventThatItSawWhenTheGatewayIsBack() throws Exception {
        gateway.answering(200, status("DISTILLING"))
                .breakingOff(EVENT.formatted("5") + EVENT.formatted("6") + "id: 7\ndata: {")
                .refusingStream(503)
                .streaming(": still here\n\n");
        CompletableFuture<RunStatus> followed = follow(QUICK);
        await().until(() -> gateway.openStreams() == 1);
        gateway.answering(503, "{}").answering(200, status("FINISHED"));
        assertThat(followed.get().state()).isInstanceOf(RunState.Finished.class);
        assertThat(gateway.lastEventIds()).containsExactly("", "6", "6");
    }

    @Test
    void shouldBeginAnewWhereTheGatewayKnowsNoSuchPlace() throws Exception {
        gateway.answering(200, status("DISTILLING"))
                .breakingOff(EVENT.formatted("of-another-log"))
                .refusingStream(400)
                .streaming(": still here\n\n");
        CompletableFuture<RunStatus> followed = follow(QUICK);
        await().until(() -> gateway.openStreams() == 1);
        gateway.answering(200, status("CANCELLED"));
        assertThat(followed.get().state()).isInstanceOf(RunState.Cancelled.class);
        assertThat(gateway.lastEventIds()).containsExactly("", "of-another-log", "");
    }

    @Test
    void shouldAskNowAndThenWhereThereIsNoStream() throws Exception {
        gateway.answering(200, status("SCORING"))
                .answering(200, status("PLANNING"))
                .answering(200, status("FINISHED"));
        assertThat(follow(QUICK).get().state()).isInstanceOf(RunState.Finished.class);
        assertThat(gateway.bodies()).hasSizeBetween(3, 3 + AGAIN);
    }

    @Test
    void shouldAskFewTimesHoweverMuchHappens() throws Exception {
        gateway.answering(200, status("SCORING")).streaming(": still here\n\n");
        CompletableFuture<RunStatus> followed = follow(STREAM_ALONE);
        await().until(() -> gateway.openStreams() == 1);
        long begin = System.nanoTime();
        while (gateway.bodies().size() < 6) {
            gateway.say(MANY);
        }
        double quarters = (System.nanoTime() - begin) / 250e6;
        assertThat(quarters).isGreaterThan(3 - AGAIN);
        gateway.answering(200, status("FINISHED"));
        while (!followed.isDone()) {
            gateway.say(MANY);
        }
        assertThat(followed.get().state()).isInstanceOf(RunState.Finished.class);
    }
}
