package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.messaging.RunEvents;
import io.laptopdiff.gateway.runs.Runs;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How a variant's training went. */
@Path("/api/v1/runs/{id}/variants/{variant}/history")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "runs")
public class HistoryResource {
    private final RunEvents events;
    private final Runs runs;

    HistoryResource(RunEvents events, Runs runs) {
        this.events = events;
        this.runs = runs;
    }

    @GET
    @Operation(
            operationId = "getHistory",
            summary = "Losses, feature terms, learning rate and speed by step, and the checkpoints",
            description =
                    "Read from the log. At most 1000 steps, evenly thinned, the newest among them;"
                            + " where a worker was replaced, what it did again counts.")
    @APIResponse(responseCode = "200", description = "steps and checkpoints")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Uni<String> history(
            @PathParam("id") String runId, @PathParam("variant") String variant) {
        Runs.variant(runs.find(runId), variant);
        History history = new History(variant);
        return events.past(runId, Topics.DISTILLATION, history::add)
                .replaceWith(() -> Json.write(history.json()));
    }
}
