package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The gateway's REST interface, as anybody would use it. */
public final class GatewayClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int START_ATTEMPTS = 120;
    private static final Duration START_PAUSE = Duration.ofMillis(500);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI runs;

    /** A client of the gateway at a base address such as {@code http://127.0.0.1:8080}. */
    public GatewayClient(URI gateway) {
        this.runs = gateway.resolve("/api/v1/runs");
    }

    /**
     * Asks for a run.
     *
     * @return its id
     * @throws RefusedException with the gateway's reasons if it refuses
     */
    public String create(RunSpec spec) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(runs)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Json.write(spec)));
        HttpResponse<String> response = send(request);
        for (int attempt = 1; response.statusCode() == 503 && attempt < START_ATTEMPTS; attempt++) {
            Thread.sleep(START_PAUSE.toMillis()); // its folds are still starting
            response = send(request);
        }
        if (response.statusCode() / 100 != 2) {
            throw new RefusedException(response.body());
        }
        return Json.parse(response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("runId")
                .asText();
    }

    /** The state of a run; empty while the gateway has not heard of it or is still starting. */
    public Optional<RunStatus> status(String runId) throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(URI.create(runs + "/" + runId)).GET());
        if (response.statusCode() == 404 || response.statusCode() == 503) {
            return Optional.empty();
        }
        if (response.statusCode() != 200) {
            throw new RefusedException(response.body());
        }
        byte[] body = response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return Optional.of(
                Json.parse(body).has("type")
                        ? MessageJson.read(body, RunStatus.class)
                        : Json.read(body, RunStatus.class));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(TIMEOUT).header("Accept", "application/json").build(),
                BodyHandlers.ofString());
    }
}
