package io.laptopdiff.gateway.operations;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A request. It reads what an answer begins with and goes: a stream has no end.
 *
 * @param path from the root, as it is sent
 * @param headers name, value, name, value
 * @param body null for none
 */
record Ask(String method, String path, List<String> headers, String body) {
    private static final int MOST_READ = 1 << 16;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What came back, and how it began. */
    record Answer(int status, String contentType, String body) {}

    static Ask get(String path) {
        return new Ask("GET", path, List.of(), null);
    }

    static Ask post(String path) {
        return new Ask("POST", path, List.of(), null);
    }

    static Ask delete(String path) {
        return new Ask("DELETE", path, List.of(), null);
    }

    static Ask head(String path) {
        return new Ask("HEAD", path, List.of(), null);
    }

    Ask with(String header, String value) {
        List<String> more = new ArrayList<>(headers);
        more.addAll(List.of(header, value));
        return new Ask(method, path, more, body);
    }

    Ask body(String json) {
        return new Ask(method, path, headers, json).with("Content-Type", "application/json");
    }

    Answer of(URI server) {
        HttpRequest.BodyPublisher content =
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, content);
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        try {
            HttpResponse<InputStream> response =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("");
            try (InputStream in = response.body()) {
                boolean stream = type.startsWith("text/event-stream");
                byte[] read = in.readNBytes(stream ? 1 : MOST_READ);
                return new Answer(
                        response.statusCode(), type, new String(read, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
