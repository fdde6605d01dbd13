package io.laptopdiff.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(150)
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
    void shouldLoseAndRepeatNothingHoweverOftenTheLineBreaks() throws Exception {
        Events busy = new Events("busy");
        publisher.publish(busy.requested());
        awaitState("busy", "REQUESTED");
        int count = 3000;
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                publisher
                                        .send(
                                                busy.progressed(
                                                        i % 2 == 0 ? "half" : "hand", i + 1, 1))
                                        .await()
                                        .indefinitely();
                            }
                            publisher.publish(busy.failed(null, Stage.SCORING));
                        });
        List<Received> received = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            String last = received.isEmpty() ? null : received.get(received.size() - 1).position();
            ended = readSome("busy", last, received, 137);
        }
        writer.get(2, TimeUnit.MINUTES);
        assertThat(received).hasSize(count + 2);
        assertThat(received).extracting(Received::event).doesNotHaveDuplicates();
    }

    /** A tab that was left open while the log was begun anew. */
    @Test
    void shouldBeginAgainWhereThePositionIsOfAnotherLog() throws Exception {
        List<Event> events = new Events("elsewhere").wholeLife();
        events.forEach(publisher::publish);
        awaitState("elsewhere", "FINISHED");
        List<Received> all = readToEnd("elsewhere", null);
        String last = all.get(all.size() - 1).position();
        List<Received> again = readToEnd("elsewhere", last.replaceAll(":(\\d+)(;|$)", ":99999$2"));
        assertThat(again).extracting(Received::event).hasSize(all.size());
        assertThat(again.get(again.size() - 1).position()).isEqualTo(last);
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
            RestAssured.delete("/api/v1/runs/" + runId).then().statusCode(204);
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

    @Test
    void shouldShowTheEventsOfAllRunsFromNowOn() throws Exception {
        publisher.publish(new Events("before").requested());
        awaitState("before", "REQUESTED");
        List<Received> received = new CopyOnWriteArrayList<>();
        try (InputStream stream = open("../events", null)) {
            BufferedReader lines = reader(stream);
            String start = lines.readLine();
            assertThat(start).startsWith("id: ");
            publisher.publish(new Events("all-1").requested());
            publisher.publish(new Events("all-2").requested());
            readEvents(lines, received, 2);
            assertThat(received)
                    .extracting(Received::event)
                    .containsExactly("all-1/requested", "all-2/requested");
            // a reader that lost the line before the first event misses nothing
            List<Received> again = new ArrayList<>();
            try (InputStream resumed = open("../events", start.substring(4))) {
                readEvents(reader(resumed), again, 2);
            }
            assertThat(again)
                    .extracting(Received::event)
                    .startsWith("all-1/requested", "all-2/requested");
        }
    }

    @Test
    void shouldShowEveryChangeOfAStatus() throws Exception {
        try (InputStream stream = open("../events?status=true", null)) {
            BufferedReader lines = reader(stream);
            assertThat(lines.readLine()).startsWith("id: run-status:");
            Events events = new Events("watched");
            publisher.publish(events.requested());
            publisher.publish(events.failed(null, Stage.SCORING));
            List<String> states = new ArrayList<>();
            while (!states.contains("FAILED")) {
                String line = lines.readLine();
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
    void shouldSayThatItIsStillThere() throws Exception {
        publisher.publish(new Events("quiet").requested());
        awaitState("quiet", "REQUESTED");
        try (InputStream stream = open("quiet/events", null)) {
            BufferedReader lines = reader(stream);
            String line = lines.readLine();
            while (!line.equals(": still here")) {
                line = lines.readLine();
            }
        }
    }

    private InputStream open(String path, String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(runs.resolve(path));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        return response.body();
    }

    private static BufferedReader reader(InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Breaks the line after so many events; true if the end came first. */
    private boolean readSome(String runId, String lastEventId, List<Received> to, int most)
            throws Exception {
        try (InputStream stream = open(runId + "/events", lastEventId)) {
            return readEvents(reader(stream), to, most);
        }
    }

    private static boolean readEvents(BufferedReader lines, List<Received> to, int most)
            throws IOException {
        String id = null;
        int read = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id:")) {
                id = line.substring(3).trim();
            } else if (line.equals("event: end")) {
                return true;
            } else if (line.startsWith("data:")) {
                to.add(new Received(id, eventId(line.substring(5))));
                if (++read == most) {
                    return false;
                }
            }
        }
        return false;
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
