package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.gateway.messaging.EventBatch;
import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.laptopdiff.gateway.messaging.RunEvents;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The events of a run as server-sent events, straight from the log. */
@Path("/api/v1/runs/{id}/events")
@Tag(name = "runs")
public class RunEventsResource {
    private final RunEvents events;
    private final GatewayConfig config;

    RunEventsResource(RunEvents events, GatewayConfig config) {
        this.events = events;
        this.config = config;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Operation(
            operationId = "streamRunEvents",
            summary = "The events of a run, those there are and those to come",
            description =
                    "Each event's id is its place in the log: send it back as Last-Event-ID to go"
                            + " on after it. The data is the message's JSON. An event named 'end'"
                            + " says that the run has ended, and closes the stream.")
    @APIResponse(responseCode = "200", description = "The stream")
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Multi<OutboundSseEvent> stream(
            @PathParam("id") String runId,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @Context Sse sse) {
        Optional<String> position = Optional.ofNullable(lastEventId).filter(id -> !id.isBlank());
        AtomicLong lastSign = new AtomicLong(System.nanoTime());
        return events.of(runId, position)
                .onItem()
                .transformToMultiAndConcatenate(
                        batch -> Multi.createFrom().iterable(signs(batch, sse, lastSign)));
    }

    private List<OutboundSseEvent> signs(EventBatch batch, Sse sse, AtomicLong lastSign) {
        List<OutboundSseEvent> signs = new ArrayList<>();
        for (PlacedEvent placed : batch.events()) {
            signs.add(
                    sse.newEventBuilder()
                            .id(placed.position())
                            .data(MessageJson.tree(placed.event()).toString())
                            .build());
        }
        if (batch.last()) {
            signs.add(sse.newEventBuilder().name("end").data("{}").build());
        }
        long now = System.nanoTime();
        if (!signs.isEmpty()) {
            lastSign.set(now);
        } else if (now - lastSign.get() > config.heartbeat().toNanos()) {
            lastSign.set(now);
            signs.add(sse.newEventBuilder().comment("still here").build());
        }
        return signs;
    }
}
