package io.laptopdiff.gateway.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Requests;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation is answered in each way that the OpenAPI document declares, and in no other. One
 * that comes without cases for its answers fails here.
 */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(150)
class OperationsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Situation SITUATION = new Situation("operations");
    private static boolean arranged;

    @TestHTTPResource("/")
    URI server;

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;

    @ConfigProperty(name = "laptopdiff.gateway.max-streams")
    int maxStreams;

    @BeforeEach
    void arrange() throws Exception {
        awaitStatuses();
        if (!arranged) {
            SITUATION.arrange(publisher, store);
            arranged = true;
        }
    }

    @AfterEach
    void awaitNoStreams() {
        Requests.awaitNoStreams();
    }

    @Test
    void shouldHaveACaseForEveryAnswerOfEveryOperation() {
        Map<String, Set<Integer>> declared = new TreeMap<>();
        ApiDocument.operations().forEach(o -> declared.put(o.id(), o.statuses()));
        Map<String, Set<Integer>> tried = new TreeMap<>();
        Cases.all(SITUATION)
                .forEach(
                        c ->
                                tried.computeIfAbsent(c.operation(), id -> new TreeSet<>())
                                        .add(c.status()));
        assertThat(tried).isEqualTo(declared);
        assertThat(ApiDocument.operations()).allMatch(ApiDocument.Operation::anyRefusal);
    }

    static List<Case> ready() {
        return Cases.all(SITUATION).stream().filter(c -> c.status() != 503).toList();
    }

    @ParameterizedTest
    @MethodSource("ready")
    void shouldAnswerAsDeclared(Case asked) {
        asked.requireAnswered(server);
    }

    @Test
    void shouldAskToComeAgainWhileAllStreamsAreInUse() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < maxStreams; i++) {
                open.add(stream());
            }
            assertThat(Requests.openStreams()).isEqualTo(maxStreams);
            Cases.all(SITUATION).stream()
                    .filter(c -> c.status() == 503 && c.operation().equals("streamEvents"))
                    .forEach(c -> c.requireAnswered(server));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        Requests.awaitNoStreams();
        assertThat(Ask.get("/api/v1/events").of(server).status()).isEqualTo(200);
    }

    private Socket stream() throws Exception {
        Socket socket = new Socket(server.getHost(), server.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(
                "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(in.read()).isEqualTo('H'); // it is answered, so it counts
        return socket;
    }

    private static void awaitStatuses() {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                RestAssured.get("/q/health/ready").statusCode() == 200
                                        && RestAssured.get("/api/v1/runs").statusCode() == 200);
    }
}
