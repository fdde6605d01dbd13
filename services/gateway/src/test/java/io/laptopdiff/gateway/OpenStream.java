package io.laptopdiff.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stream of events as a client reads it. */
final class OpenStream implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BufferedReader lines;
    private String position;
    private boolean ended;

    /** What came: its place, and the id of the message in it. */
    record Received(String position, String event) {}

    private OpenStream(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * @param after where to go on; null for the beginning
     */
    static OpenStream of(URI place, String after) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(place).header("Accept", "text/event-stream");
        if (after != null) {
            request.header("Last-Event-ID", after);
        }
        HttpResponse<InputStream> response =
                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        OpenStream stream = new OpenStream(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        return stream;
    }

    /** The next line of a stream that has no end. */
    String line() throws IOException {
        String line = lines.readLine();
        assertThat(line).as("the stream goes on").isNotNull();
        return line;
    }

    /** Whether it said that the run has ended. */
    boolean ended() {
        return ended;
    }

    /** So many events, or fewer where the stream ends before. */
    List<Received> read(int most) throws IOException {
        List<Received> read = new ArrayList<>();
        while (read.size() < most) {
            Optional<Received> next = next();
            if (next.isEmpty()) {
                return read;
            }
            read.add(next.get());
        }
        return read;
    }

    /** The ids of what comes until all of these have come. */
    List<String> readUntil(String... wanted) throws IOException {
        List<String> came = new ArrayList<>();
        while (!came.containsAll(List.of(wanted))) {
            Optional<Received> next = next();
            assertThat(next).as("what comes after " + came).isPresent();
            came.add(next.get().event());
        }
        return came;
    }

    /**
     * Nothing where the stream ends, or has a gap: whoever asks again from there misses nothing.
     */
    private Optional<Received> next() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                position = line.substring(4);
            } else if (line.equals("event: missed")) {
                return Optional.empty();
            } else if (line.equals("event: end")) {
                ended = true;
            } else if (line.startsWith("data: ") && !ended) {
                byte[] json = line.substring(6).getBytes(StandardCharsets.UTF_8);
                return Optional.of(new Received(position, Json.parse(json).get("id").textValue()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
