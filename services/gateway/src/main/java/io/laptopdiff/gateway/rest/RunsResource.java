package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.runs.Runs;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Runs over REST. JSON is written by the contracts' own codec, so it equals that on the topics. */
@Path("/api/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "runs")
public class RunsResource {
    private static final int MOST = 1000;

    private final Runs runs;
    private final MeterRegistry metrics;

    RunsResource(Runs runs, MeterRegistry metrics) {
        this.runs = runs;
        this.metrics = metrics;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "requestRun",
            summary = "Ask for a run",
            description =
                    "The fields of RunSpec, and optionally 'runId'. Fields left out get their"
                            + " defaults; unknown fields are refused. The same request under the"
                            + " same 'runId' gives the same run, so that it can be sent again where"
                            + " the answer was lost; another request under it is a conflict.")
    @RequestBody(content = @Content(schema = @Schema(implementation = RunSpec.class)))
    @APIResponse(
            responseCode = "202",
            description = "Taken in; Location names it",
            content = @Content(schema = @Schema(implementation = RunStatus.class)))
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "422", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response request(byte[] body) {
        RunOrder order = RunOrder.read(body);
        RunStatus status = runs.request(order.runId(), order.spec());
        metrics.counter("laptopdiff.runs.requested").increment();
        return Response.accepted(json(status))
                .location(URI.create("/api/v1/runs/" + status.runId()))
                .build();
    }

    @GET
    @Operation(operationId = "listRuns", summary = "The newest runs first")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = RunList.class)))
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public String list(@QueryParam("limit") @DefaultValue("100") String limit) {
        Require.that(
                limit.matches("\\d{1,4}") && Integer.parseInt(limit) <= MOST && !limit.equals("0"),
                "limit",
                "'" + limit + "'",
                "it must be a number from 1 to " + MOST);
        return Json.write(
                new RunList(
                        runs.newest(Integer.parseInt(limit)).stream()
                                .map(RunSummary::of)
                                .toList()));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getRun", summary = "The whole state of one run")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = RunStatus.class)))
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public String get(@PathParam("id") String runId) {
        return json(runs.find(runId));
    }

    @POST
    @Path("/{id}/cancel")
    @Operation(
            operationId = "cancelRun",
            summary = "Ask a run to stop",
            description = "What is done already stays.")
    @APIResponse(responseCode = "202", description = "It will stop at its next step")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response cancel(@PathParam("id") String runId) {
        RunStatus status = runs.cancel(runId);
        metrics.counter("laptopdiff.runs.cancel.requested").increment();
        return Response.accepted(json(status)).build();
    }

    private static String json(RunStatus status) {
        return MessageJson.tree(status).toString();
    }
}
