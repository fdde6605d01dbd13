package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.awaitState;
import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of all runs, on which events of other tests may come too, however long ago. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(150)
class EventsOfAllRunsTest {

    @TestHTTPResource("/api/v1/events")
    URI all;

    @Inject EventPublisher publisher;

    @AfterEach
    void awaitNoStreams() {
        Requests.awaitNoStreams();
    }

    @Test
    void shouldShowTheEventsOfAllRunsFromNowOn() throws Exception {
        try (OpenStream earlier = OpenStream.of(all, null)) {
            assertThat(earlier.line()).startsWith("id: ");
            publisher.publish(new Events("before").requested());
            earlier.readUntil("before/requested"); // now it is past for whoever comes
            try (OpenStream stream = OpenStream.of(all, null)) {
                assertThat(stream.line()).startsWith("id: ");
                publisher.publish(new Events("all-1").requested());
                publisher.publish(new Events("all-2").requested());
                assertThat(stream.readUntil("all-1/requested", "all-2/requested"))
                        .filteredOn(id -> id.startsWith("before/") || id.startsWith("all-"))
                        .containsExactlyInAnyOrder("all-1/requested", "all-2/requested");
            }
        }
    }

    @Test
    void shouldMissNothingWhereTheLineBreaksBeforeTheFirstEvent() throws Exception {
        String start;
        try (OpenStream broken = OpenStream.of(all, null)) {
            start = broken.line();
        }
        publisher.publish(new Events("unheard-1").requested());
        publisher.publish(new Events("unheard-2").requested());
        try (OpenStream resumed = OpenStream.of(all, start.substring("id: ".length()))) {
            assertThat(resumed.readUntil("unheard-1/requested", "unheard-2/requested"))
                    .filteredOn(id -> id.startsWith("unheard-"))
                    .hasSize(2);
        }
    }

    @Test
    void shouldShowEveryChangeOfAStatus() throws Exception {
        try (OpenStream stream = OpenStream.of(all.resolve("events?status=true"), null)) {
            assertThat(stream.line()).startsWith("id: run-status:");
            Events events = new Events("watched");
            publisher.publish(events.requested());
            publisher.publish(events.failed(null, Stage.SCORING));
            List<String> states = new ArrayList<>();
            while (!states.contains("FAILED")) {
                String line = stream.line();
                if (line.startsWith("event:")) {
                    assertThat(line).isEqualTo("event: status");
                } else if (line.startsWith("data:")) {
                    var summary = Json.parse(line.substring(5).getBytes(StandardCharsets.UTF_8));
                    if (summary.get("runId").textValue().equals("watched")) {
                        states.add(summary.get("state").textValue());
                    }
                }
            }
        }
    }

    @Test
    void shouldAnswerWhoAsksForTheHeadersAlone() {
        publisher.publish(new Events("headers").requested());
        awaitState("headers", "REQUESTED");
        for (String place : new String[] {"/api/v1/events", "/api/v1/runs/headers/events"}) {
            RestAssured.head(place).then().statusCode(200).contentType("text/event-stream");
        }
    }
}
