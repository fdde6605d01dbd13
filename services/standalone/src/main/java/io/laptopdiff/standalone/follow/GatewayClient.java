package io.laptopdiff.standalone.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.runs.RunIds;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The gateway's REST interface, as anybody would use it. */
public final class GatewayClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int STARTING = 503;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI api;
    private final URI runs;
    private final Patience patience;

    /** A client of the gateway at a base address such as {@code http://127.0.0.1:8080}. */
    public GatewayClient(URI gateway) {
        this(gateway, Patience.USUAL);
    }

    /** Makes a client with another patience. */
    public GatewayClient(URI gateway, Patience patience) {
        this.api = gateway.resolve("/api/v1/");
        this.runs = gateway.resolve("/api/v1/runs");
        this.patience = patience;
    }

    /**
     * Asks for a run, again while the gateway is starting or its answer is lost. The run has an id
     * of this client's own making, so that it begins once however often it was asked for.
     *
     * @return its id
     * @throws RefusedException with the gateway's reasons if it refuses
     * @throws IOException if it cannot be reached
     */
    public String create(RunSpec spec) throws IOException, InterruptedException {
        String runId = RunIds.next(Instant.now());
        ask(runId, spec);
        return runId;
    }

    /**
     * Returns whether a run that is there was asked for in this way.
     *
     * @throws RefusedException with the gateway's reasons if it would refuse the request anyway
     * @throws IOException if it cannot be reached
     */
    public boolean isRunOf(String runId, RunSpec spec) throws IOException, InterruptedException {
        try {
            ask(runId, spec);
            return true;
        } catch (RefusedException e) {
            if (e.isOfState()) {
                return false;
            }
            throw e;
        }
    }

    /** Asks for a run; asking for what is there gives what is there. */
    private void ask(String runId, RunSpec spec) throws IOException, InterruptedException {
        ObjectNode order = (ObjectNode) Json.parse(bytes(Json.write(spec)));
        String body = order.put("runId", runId).toString();
        patiently(
                HttpRequest.newBuilder(runs)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    /**
     * Runs that have not ended, the newest first.
     *
     * @throws IOException if it cannot be reached
     */
    public List<JsonNode> unfinished() throws IOException, InterruptedException {
        HttpResponse<String> response =
                patiently(
                        request(
                                        "runs?limit=100&state=requested&state=scoring&state=planning"
                                                + "&state=distilling&state=evaluating")
                                .GET());
        List<JsonNode> found = new ArrayList<>();
        Json.parse(bytes(response.body())).path("runs").forEach(found::add);
        return found;
    }

    /** Asks again while the gateway is starting, or its answer is lost. */
    private HttpResponse<String> patiently(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        OutageTimer outage = new OutageTimer(patience);
        while (true) {
            try {
                HttpResponse<String> response = send(request.copy());
                if (response.statusCode() / 100 != 2) {
                    throw new RefusedException(response.statusCode(), response.body());
                }
                return response;
            } catch (ConnectException e) {
                if (!outage.begun()) {
                    // More likely a wrong address than a gateway that starts just now.
                    throw nobody(e);
                }
                outage.bear(e, runs);
            } catch (IOException e) {
                outage.bear(e, runs);
            }
        }
    }

    /**
     * The state of a run; empty if the gateway has not heard of it.
     *
     * @throws IOException if it cannot be reached, or is still starting
     */
    public Optional<RunStatus> status(String runId) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request("runs/" + name(runId)).GET());
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        if (response.statusCode() / 100 == 5) { // it may be better a moment later
            throw new IOException(
                    runs
                            + " answers "
                            + response.statusCode()
                            + ": "
                            + RefusedException.reason(response.body()));
        }
        if (response.statusCode() != 200) {
            throw new RefusedException(response.statusCode(), response.body());
        }
        byte[] body = bytes(response.body());
        return Optional.of(
                Json.parse(body).has("type")
                        ? MessageJson.read(body, RunStatus.class)
                        : Json.read(body, RunStatus.class));
    }

    /**
     * Returns news of when to ask for the state of a run again.
     *
     * @param pause between two questions where the gateway has no stream of events
     */
    RunNews news(String runId, Duration pause) {
        return new RunNews(http, api.resolve("runs/" + name(runId) + "/events"), pause);
    }

    /**
     * Asks for something.
     *
     * @param path below /api/v1/, with its query
     * @throws RefusedException with the gateway's reasons if it refuses
     * @throws IOException if it cannot be reached, or is still starting
     */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return answer(request(path).GET());
    }

    /** Asks for something that is to happen. */
    public JsonNode post(String path) throws IOException, InterruptedException {
        return answer(request(path).POST(BodyPublishers.noBody()));
    }

    /** Asks for something that is to go. */
    public JsonNode delete(String path) throws IOException, InterruptedException {
        return answer(request(path).DELETE());
    }

    /** A name as it stands in a path: whatever was typed asks for that, and for nothing else. */
    public static String name(String typed) {
        return URLEncoder.encode(typed, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private IOException nobody(ConnectException e) {
        return new IOException(
                "nobody listens at "
                        + runs
                        + "; start a gateway with 'laptop-diff serve', or name one with --gateway",
                e);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api.resolve(path));
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = send(request);
        } catch (ConnectException e) {
            throw nobody(e);
        }
        if (response.statusCode() / 100 != 2) {
            throw new RefusedException(response.statusCode(), response.body());
        }
        return response.body().isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                : Json.parse(bytes(response.body()));
    }

    /** Returns the address that the client asks. */
    URI address() {
        return runs;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        request.timeout(TIMEOUT).header("Accept", "application/json").build(),
                        BodyHandlers.ofString());
        if (response.statusCode() == STARTING) {
            throw new GatewayStartingException(RefusedException.reason(response.body()));
        }
        return response;
    }
}
