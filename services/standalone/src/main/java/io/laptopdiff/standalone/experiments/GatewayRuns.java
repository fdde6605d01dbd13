package io.laptopdiff.standalone.experiments;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.experiments.Runs;
import io.laptopdiff.standalone.follow.EventLines;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.ServerSentEvent;
import io.laptopdiff.standalone.follow.UnknownRunException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs of one gateway, followed on its stream of events. */
public final class GatewayRuns implements Runs {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI gateway;
    private final GatewayClient client;
    private final RunFollower follower;

    /**
     * @param gateway base address
     * @param follower shows the progress
     */
    public GatewayRuns(URI gateway, GatewayClient client, RunFollower follower) {
        this.gateway = gateway;
        this.client = client;
        this.follower = follower;
    }

    @Override
    public String create(RunSpec spec) throws IOException, InterruptedException {
        return client.create(spec);
    }

    @Override
    public Optional<List<Message>> follow(String runId) throws IOException, InterruptedException {
        URI events = gateway.resolve("/api/v1/runs/" + runId + "/events");
        HttpRequest request =
                HttpRequest.newBuilder(events).header("Accept", "text/event-stream").build();
        try {
            follower.follow(runId);
        } catch (UnknownRunException e) {
            return Optional.empty();
        }
        HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() == 404) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new IOException(events + " answers " + response.statusCode());
            }
            return Optional.of(read(lines.iterator(), events));
        }
    }

    private static List<Message> read(Iterator<String> lines, URI address) throws IOException {
        List<Message> messages = new ArrayList<>();
        EventLines events = new EventLines();
        while (lines.hasNext()) {
            Optional<ServerSentEvent> event = events.add(lines.next());
            if (event.isPresent() && event.get().ends()) {
                return messages;
            }
            if (event.isPresent() && event.get().missed()) {
                throw new IOException(
                        address
                                + " dropped events, which were read too slowly: "
                                + event.get().data());
            }
            event.ifPresent(
                    e -> messages.add(MessageJson.read(e.data().getBytes(StandardCharsets.UTF_8))));
        }
        throw new IOException(address + " ended in the middle of the run");
    }
}
