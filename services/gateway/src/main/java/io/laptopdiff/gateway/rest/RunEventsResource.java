package io.laptopdiff.gateway.rest;

import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.laptopdiff.gateway.messaging.RunEvents;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The events of a run as server-sent events, straight from the log. */
@Path("/api/v1/runs/{id}/events")
@Produces(RawStreams.BYTES)
@Blocking
@Tag(name = "runs")
@APIResponse(
        responseCode = "200",
        description = "The stream",
        content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS))
@APIResponse(responseCode = "400", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "410", ref = "Problem")
public class RunEventsResource {
    private final RunEvents events;

    RunEventsResource(RunEvents events) {
        this.events = events;
    }

    @GET
    @Operation(
            operationId = "streamRunEvents",
            summary = "The events of a run, those there are and those to come",
            description =
                    "Each event's id is its place in the log: send it back as Last-Event-ID to go"
                            + " on after it. The data is the message's JSON. An event named 'end'"
                            + " says that the run has ended, and closes the stream."
                            + RawStreams.SLOW)
    public Multi<Buffer> stream(
            @PathParam("id") String runId, @HeaderParam("Last-Event-ID") String lastEventId) {
        return RawStreams.of(
                events.of(runId, RawStreams.position(lastEventId)), null, PlacedEvent::json);
    }

    /** Answers a HEAD, which would otherwise be answered as a GET, and never end. */
    @HEAD
    @Operation(hidden = true)
    public Response head(@PathParam("id") String runId) {
        events.require(runId);
        return Response.ok().type(MediaType.SERVER_SENT_EVENTS).build();
    }
}
