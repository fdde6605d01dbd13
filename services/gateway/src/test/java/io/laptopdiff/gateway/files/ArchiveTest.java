package io.laptopdiff.gateway.files;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.emptyString;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.gateway.runs.Runs;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives of runs whose files change meanwhile. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class ArchiveTest {
    /** What only a whole zip has. */
    private static final String CENTRAL_DIRECTORY = "PK\001\002";

    private static final String RUNS = "/api/v1/runs/";

    @TestHTTPResource("/")
    URI server;

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;
    @Inject Runs runs;
    @Inject RunFiles files;

    private Path file(String runId, int length) throws IOException {
        publisher.publish(new Events(runId).requested());
        await().atMost(Duration.ofMinutes(2)).until(() -> get(RUNS + runId).statusCode() == 200);
        Path file = store.run(runId).directory().resolve("half/a.bin");
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[length]);
    }

    @Test
    void shouldNotEndAnArchiveThatLacksAFile() throws IOException {
        Path there = file("lacking", 10);
        List<Path> tree = List.of(there, there.resolveSibling("gone.bin"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> files.zip("lacking", "", tree, out))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).doesNotContain(CENTRAL_DIRECTORY);
    }

    /** Be it that the answer is on its way already, or that all of it still waits. */
    @ParameterizedTest
    @CsvSource({"1048576, 200", "10, 500"})
    void shouldBreakOffWhereAFileGoesAway(int length, int status) throws IOException {
        String runId = "broken-" + length;
        Path there = file(runId, length);
        RunFiles vanishing =
                new RunFiles(store, runs) {
                    @Override
                    public List<Path> tree(String runId, String under) {
                        return List.of(there, there.resolveSibling("gone.bin"));
                    }
                };
        QuarkusMock.installMockForInstance(vanishing, files);
        for (int i = 0; i < 20; i++) { // whatever is the quicker
            String answer = answer(RUNS + runId + "/archive");
            assertThat(answer).startsWith("HTTP/1.1 " + status).doesNotContain(CENTRAL_DIRECTORY);
            assertThat(answer).as("the last chunk").doesNotEndWith("\r\n0\r\n\r\n");
        }
    }

    private String answer(String path) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void shouldAnswerWhoAsksForTheHeadersAlone() throws IOException {
        file("headed", 10);
        String archive = RUNS + "headed/archive?under=half";
        String name = get(archive).then().statusCode(200).extract().header("Content-Disposition");
        QuarkusMock.installMockForInstance(
                new RunFiles(store, runs) {
                    @Override
                    public void zip(String runId, String under, List<Path> files, OutputStream out)
                            throws IOException {
                        throw new IOException("nobody wants to have it");
                    }
                },
                files);
        head(archive)
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .header("Content-Disposition", name)
                .body(emptyString());
        head(RUNS + "headed/archive?under=nothing").then().statusCode(404);
    }
}
