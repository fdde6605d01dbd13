package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.laptopdiff.gateway.messaging.RunEvents;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The events of all runs as server-sent events, straight from the log. */
@Path("/api/v1/events")
@Produces(RawStreams.BYTES)
@Blocking
@Tag(name = "runs")
@APIResponse(
        responseCode = "200",
        description = "The stream",
        content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS))
@APIResponse(responseCode = "400", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class EventsResource {
    private final RunEvents events;

    EventsResource(RunEvents events) {
        this.events = events;
    }

    @GET
    @Operation(
            operationId = "streamEvents",
            summary = "The events of all runs to come",
            description =
                    "As of one run, without an end. With status=true, instead, an event named"
                            + " 'status' with the run's line of the list whenever it changes, and"
                            + " one named 'heartbeat' where nothing else comes for a while."
                            + RawStreams.SLOW
                            + " So is one that goes on from an id of another log, as after Kafka"
                            + " was begun anew; how many it missed, nobody knows then.")
    public Multi<Buffer> stream(
            @Parameter(description = "true or false") @QueryParam("status") @DefaultValue("false")
                    String status,
            @HeaderParam("Last-Event-ID") String lastEventId) {
        boolean statuses = Boolean.parseBoolean(status);
        Require.that(
                statuses || status.equals("false"),
                "status",
                "'" + status + "'",
                "it must be true or false");
        return RawStreams.of(
                events.ofAll(statuses, RawStreams.position(lastEventId)),
                statuses ? "status" : null,
                statuses ? EventsResource::summary : PlacedEvent::json);
    }

    /** Answers a HEAD, which would otherwise be answered as a GET, and never end. */
    @HEAD
    @Operation(hidden = true)
    public Response head() {
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }

    private static String summary(PlacedEvent event) {
        return Json.write(RunSummary.of((RunStatus) event.event()));
    }
}
