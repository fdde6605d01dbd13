package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.PATIENCE;
import static io.laptopdiff.gateway.Requests.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.OpenStream.Received;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of one run. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(150)
class RunEventsTest {

    @TestHTTPResource("/api/v1/runs/")
    URI runs;

    @Inject EventPublisher publisher;

    @AfterEach
    void awaitNoStreams() {
        Requests.awaitNoStreams();
    }

    @Test
    void shouldReplayAFinishedRunInTheOrderOfTimeAndEnd() throws Exception {
        List<Event> events = publishWholeLife("replayed");
        List<Received> received = readToEnd("replayed", null);
        assertThat(received)
                .extracting(Received::event)
                .containsExactlyElementsOf(events.stream().map(Event::id).toList());
        assertThat(received).extracting(Received::position).doesNotHaveDuplicates();
    }

    @Test
    void shouldResumeAfterAnyEventWithoutLossOrRepeat() throws Exception {
        publishWholeLife("resumed");
        List<Received> all = readToEnd("resumed", null);
        for (int i : new int[] {0, 5, 11, all.size() - 1}) {
            assertThat(readToEnd("resumed", all.get(i).position()))
                    .isEqualTo(all.subList(i + 1, all.size()));
        }
    }

    @Test
    void shouldShowEventsAsTheyComeAndOnlyThoseOfItsRun() throws Exception {
        Events live = new Events("live");
        publisher.publish(live.requested());
        awaitState("live", "REQUESTED");
        try (OpenStream stream = open("live", null)) {
            assertThat(stream.read(1))
                    .extracting(Received::event)
                    .containsExactly("live/requested");
            publisher.publish(new Events("another").requested());
            UnitsScored scored = live.slice(0);
            publisher.publish(scored);
            assertThat(stream.read(1)).extracting(Received::event).containsExactly(scored.id());
            List<Event> last = new ArrayList<>(live.evaluation("half"));
            last.addAll(live.evaluation("hand"));
            last.forEach(publisher::publish);
            assertThat(stream.read(Integer.MAX_VALUE))
                    .extracting(Received::event)
                    .containsExactlyInAnyOrderElementsOf(last.stream().map(Event::id).toList());
            assertThat(stream.ended()).isTrue();
        }
    }

    @Test
    void shouldLoseAndRepeatNothingHoweverOftenTheLineBreaks() throws Exception {
        Events busy = new Events("busy");
        publisher.publish(busy.requested());
        awaitState("busy", "REQUESTED");
        int count = 3000;
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                String variant = i % 2 == 0 ? "half" : "hand";
                                publisher.publish(busy.progressed(variant, i + 1, 1));
                            }
                            publisher.publish(busy.failed(null, Stage.SCORING));
                        });
        List<Received> received = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            String last = received.isEmpty() ? null : received.get(received.size() - 1).position();
            try (OpenStream stream = open("busy", last)) {
                received.addAll(stream.read(137));
                ended = stream.ended();
            }
        }
        writer.get(2, TimeUnit.MINUTES);
        assertThat(received).hasSize(count + 2);
        assertThat(received).extracting(Received::event).doesNotHaveDuplicates();
    }

    /** A tab that was left open while the log was begun anew. */
    @Test
    void shouldBeginAgainWhereThePositionIsOfAnotherLog() throws Exception {
        publishWholeLife("elsewhere");
        List<Received> all = readToEnd("elsewhere", null);
        String last = all.get(all.size() - 1).position();
        List<Received> again = readToEnd("elsewhere", last.replaceAll(":(\\d+)(;|$)", ":99999$2"));
        assertThat(again).isEqualTo(all);
    }

    @Test
    void shouldShowRunsOfClocksThatAreWrong() throws Exception {
        for (String time : new String[] {"+1000000000-12-31T23:59:59Z", "2131-01-01T00:00:00Z"}) {
            String runId = "clock-" + time.length();
            Events events = new Events(runId);
            publisher.publish(
                    new RunRequested(runId, Instant.parse(time), events.requested().spec()));
            publisher.publish(events.failed(null, Stage.SCORING));
            awaitState(runId, "FAILED");
            assertThat(readToEnd(runId, null)).hasSize(2);
            // other tests look at the newest runs
            RestAssured.delete(runs + runId).then().statusCode(204);
            await().atMost(PATIENCE).until(() -> RestAssured.get(runs + runId).statusCode() == 410);
        }
    }

    @Test
    void shouldSayThatItIsStillThere() throws Exception {
        publisher.publish(new Events("quiet").requested());
        awaitState("quiet", "REQUESTED");
        try (OpenStream stream = open("quiet", null)) {
            String line = stream.line();
            while (!line.equals(": still here")) {
                line = stream.line();
            }
        }
    }

    @Test
    void shouldRefuseALastEventIdThatIsNoPosition() {
        RestAssured.given()
                .header("Last-Event-ID", "nonsense:1")
                .get(runs + "whatever/events")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
    }

    /** Each later than the one before: events of one millisecond may come in any order. */
    private List<Event> publishWholeLife(String runId) {
        List<Event> events = new Events(runId).wholeLife();
        for (Event event : events) {
            publisher.publish(event);
            long written = System.currentTimeMillis();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> System.currentTimeMillis() > written);
        }
        awaitState(runId, "FINISHED");
        return events;
    }

    private OpenStream open(String runId, String after) throws IOException, InterruptedException {
        return OpenStream.of(runs.resolve(runId + "/events"), after);
    }

    private List<Received> readToEnd(String runId, String after)
            throws IOException, InterruptedException {
        try (OpenStream stream = open(runId, after)) {
            List<Received> received = stream.read(Integer.MAX_VALUE);
            assertThat(stream.ended()).as("the stream says that it has ended").isTrue();
            return received;
        }
    }
}
