package io.laptopdiff.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that does not read for a while, over a real connection. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(240)
class SlowClientTest {
    /** Thrice what waits for one client, and more than the buffers of the connection take. */
    private static final int COUNT = 3000;

    private static final String LONG = "file:/a/" + "x".repeat(8000);
    private static final int SMALL_BUFFER = 1 << 16;
    private static final int LARGE_BUFFER = 1 << 20;
    private static final int AT_ONCE = 100;
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(3);

    @TestHTTPResource("/")
    URI server;

    @Inject EventPublisher publisher;

    @AfterEach
    void awaitNoStreams() {
        Requests.awaitNoStreams();
    }

    @Test
    void shouldTellASlowClientWhatItMissedAndLetItGoOnFromThere() throws Exception {
        Events events = new Events("slow");
        publisher.publish(events.requested());
        Requests.awaitState("slow", "REQUESTED");
        List<CheckpointSaved> saved =
                IntStream.rangeClosed(1, COUNT).mapToObj(SlowClientTest::saved).toList();
        List<String> sent = new ArrayList<>(List.of(events.requested().id()));
        saved.forEach(event -> sent.add(event.id()));
        List<String> seen = new ArrayList<>();
        String after;
        try (Stream slow = new Stream(server, null, SMALL_BUFFER);
                Stream quick = new Stream(server, null, LARGE_BUFFER)) {
            slow.awaitSign();
            quick.awaitSign();
            CompletableFuture<Void> read =
                    CompletableFuture.runAsync(() -> quick.readUntilToldOf(sent.size()));
            publish(saved);
            read.get(3, TimeUnit.MINUTES); // what the quick one got, the slow one was offered
            slow.readUntilMissed();
            after = slow.missedAfter;
            assertThat(after).as("the place of the last that it got").isEqualTo(slow.lastId);
            seen.addAll(slow.events);
            slow.readUntilToldOf(sent.size());
        }
        try (Stream resumed = new Stream(server, after, LARGE_BUFFER)) {
            resumed.readUntil(sent.get(COUNT));
            seen.addAll(resumed.events);
        }
        assertThat(seen).as("nothing is lost and nothing comes twice").isEqualTo(sent);
    }

    private static CheckpointSaved saved(int step) {
        return new CheckpointSaved("slow", Instant.now(), "half", 1, step, LONG);
    }

    private void publish(List<CheckpointSaved> events) throws Exception {
        for (int from = 0; from < events.size(); from += AT_ONCE) {
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (CheckpointSaved event : events.subList(from, from + AT_ONCE)) {
                sent.add(publisher.send(event).subscribeAsCompletionStage());
            }
            for (CompletableFuture<Void> one : sent) {
                one.get(1, TimeUnit.MINUTES);
            }
        }
    }

    /** Server-sent events of the run, read only when it is asked to. HTTP/1.0 has no chunks. */
    private static final class Stream implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader lines;
        private final List<String> events = new ArrayList<>();
        private final long begin = System.nanoTime();
        private String lastId;
        private int missed;
        private String missedAfter;

        Stream(URI server, String lastEventId, int buffer) throws IOException {
            socket.setReceiveBufferSize(buffer);
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            String from = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            String request = "GET /api/v1/runs/slow/events HTTP/1.0\r\n" + from + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).contains(" 200 ");
        }

        /** The stream has read the log, and waits for what comes. */
        void awaitSign() throws IOException {
            while (!line().equals(": still here")) {}
        }

        void readUntil(String event) throws IOException {
            while (events.isEmpty() || !events.get(events.size() - 1).equals(event)) {
                line();
            }
        }

        void readUntilMissed() throws IOException {
            while (missed == 0) {
                line();
            }
        }

        /**
         * Gaps count: on a busy machine the quick client may have one too, and the slow one more.
         */
        void readUntilToldOf(int count) {
            try {
                while (events.size() + missed < count) {
                    line();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            assertThat(events.size() + missed)
                    .as("events that came, and missed ones")
                    .isEqualTo(count);
        }

        /** Signs of life come for ever: without an end to it, so would the wait for an event. */
        private String line() throws IOException {
            assertThat(System.nanoTime() - begin).as("waiting after " + lastId).isLessThan(LONGEST);
            String line = lines.readLine();
            assertThat(line).as("the stream goes on after " + lastId).isNotNull();
            if (line.startsWith("id: ")) {
                lastId = line.substring(4);
            } else if (line.startsWith("data: {\"type\"")) {
                JsonNode event = Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
                events.add(event.get("id").textValue());
            } else if (line.startsWith("data: {\"count\"")) {
                JsonNode gap = Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
                missed += gap.get("count").intValue();
                missedAfter = gap.get("after").textValue();
            }
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
