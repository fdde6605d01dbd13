package io.laptopdiff.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunEventsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();

    @TestHTTPResource("/api/v1/runs/")
    URI runs;

    @Inject EventPublisher publisher;

    /** What came over a stream: ids and ids of the messages in them. */
    private record Received(String position, String event) {}

    @Test
    void shouldReplayAFinishedRunInTheOrderOfTimeAndEnd() throws Exception {
        List<Event> events = new Events("replayed").wholeLife();
        events.forEach(publisher::publish);
        awaitState("replayed", "FINISHED");
        List<Received> received = readToEnd("replayed", null);
        assertThat(received)
                .extracting(Received::event)
                .containsExactlyElementsOf(events.stream().map(Event::id).toList());
        assertThat(received).extracting(Received::position).doesNotHaveDuplicates();
    }

    @Test
    void shouldResumeAfterAnyEventWithoutLossOrRepeat() throws Exception {
        List<Event> events = new Events("resumed").wholeLife();
        events.forEach(publisher::publish);
        awaitState("resumed", "FINISHED");
        List<Received> all = readToEnd("resumed", null);
        for (int i : new int[] {0, 5, 11, all.size() - 1}) {
            List<Received> rest = readToEnd("resumed", all.get(i).position());
            assertThat(rest)
                    .extracting(Received::event)
                    .containsExactlyElementsOf(
                            all.subList(i + 1, all.size()).stream().map(Received::event).toList());
        }
    }

    @Test
    void shouldShowEventsAsTheyComeAndOnlyThoseOfItsRun() throws Exception {
        Events live = new Events("live");
        publisher.publish(live.requested());
        awaitState("live", "REQUESTED");
        List<Received> received = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> stream =
                CompletableFuture.runAsync(() -> read("live", null, received));
        await().atMost(PATIENCE).until(() -> received.size() == 1);
        publisher.publish(new Events("another").requested());
        publisher.publish(live.slice(0));
        await().atMost(PATIENCE).until(() -> received.size() == 2);
        live.evaluation("half").forEach(publisher::publish);
        live.evaluation("hand").forEach(publisher::publish);
        stream.get(2, TimeUnit.MINUTES);
        assertThat(received).hasSize(8);
        assertThat(received).allSatisfy(r -> assertThat(r.event()).startsWith("live/"));
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

    private void awaitState(String runId, String state) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            var response = RestAssured.get(runs + runId);
                            return response.statusCode() == 200
                                    && state.equals(response.path("state"));
                        });
    }

    private List<Received> readToEnd(String runId, String lastEventId) {
        List<Received> received = new ArrayList<>();
        read(runId, lastEventId, received);
        return received;
    }

    private void read(String runId, String lastEventId, List<Received> received) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(runs.resolve(runId + "/events"))
                        .timeout(PATIENCE)
                        .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<Stream<String>> response =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines()).join();
        assertThat(response.statusCode()).isEqualTo(200);
        String[] id = {null};
        boolean[] end = {false};
        response.body()
                .forEach(
                        line -> {
                            if (line.startsWith("id:")) {
                                id[0] = line.substring(3).trim();
                            } else if (line.startsWith("event:")) {
                                end[0] = line.substring(6).trim().equals("end");
                            } else if (line.startsWith("data:") && !end[0]) {
                                received.add(new Received(id[0], eventId(line.substring(5))));
                            }
                        });
        assertThat(end[0]).as("the stream says that it has ended").isTrue();
    }

    private static String eventId(String json) {
        return Json.parse(json.getBytes(StandardCharsets.UTF_8)).get("id").textValue();
    }
}
