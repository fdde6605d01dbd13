package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.runs.RunIds;
import io.laptopdiff.gateway.runs.RunOrder;
import io.laptopdiff.gateway.runs.RunQuery;
import io.laptopdiff.gateway.runs.Runs;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Runs over REST. JSON is written by the contracts' own codec, so it equals that on the topics. */
@Path("/api/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "runs")
public class RunsResource {
    private static final String SAME_RUN =
            "Of your choice; a request sent again under the same key gives the same run";

    private final Runs runs;
    private final RequestLimits limits;
    private final MeterRegistry metrics;

    RunsResource(Runs runs, RequestLimits limits, MeterRegistry metrics) {
        this.runs = runs;
        this.limits = limits;
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
                            + " the answer was lost; another request under it is a conflict. The"
                            + " header Idempotency-Key does the same for those who choose no id.")
    @RequestBody(content = @Content(schema = @Schema(implementation = RunSpec.class)))
    @APIResponse(
            responseCode = "200",
            description = "What would become of it, where dryRun is true",
            content = @Content(schema = @Schema(implementation = DryRunView.class)))
    @APIResponse(
            responseCode = "202",
            description = "Taken in; Location names it",
            content = @Content(schema = @Schema(implementation = RunStatus.class)))
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "413", ref = "Problem")
    @APIResponse(responseCode = "415", ref = "Problem")
    @APIResponse(responseCode = "422", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response request(
            InputStream body,
            @Parameter(description = "Only say what would become of it")
                    @QueryParam("dryRun")
                    @DefaultValue("false")
                    String dryRun,
            @Parameter(description = SAME_RUN) @HeaderParam("Idempotency-Key") String key) {
        RunOrder order = RunOrder.read(limits.read(body)).under(key);
        if (flag("dryRun", dryRun)) {
            return Response.ok(Json.write(DryRunView.of(runs.tryOut(order)))).build();
        }
        RunStatus status = runs.request(order);
        metrics.counter("laptopdiff.runs.requested").increment();
        return accepted(status);
    }

    @GET
    @Operation(operationId = "listRuns", summary = "The newest runs first")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = RunList.class)))
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public String list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @Parameter(description = "'next' of an earlier page") @QueryParam("cursor")
                    String cursor,
            @Parameter(description = "May be given several times") @QueryParam("state")
                    List<String> states,
            @Parameter(description = "Part of the teacher's location") @QueryParam("teacher")
                    String teacher,
            @Parameter(description = "Asked for at this time or later") @QueryParam("since")
                    String since,
            @Parameter(description = "Only runs with failures, whatever their state")
                    @QueryParam("failures")
                    @DefaultValue("false")
                    String failures) {
        RunQuery.Page page =
                runs.page(
                        RunQuery.of(
                                limit, cursor, states, teacher, since, flag("failures", failures)));
        return Json.write(
                new RunList(page.runs().stream().map(RunSummary::of).toList(), page.next()));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getRun", summary = "The whole state of one run")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = RunStatus.class)))
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
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
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public Response cancel(@PathParam("id") String runId) {
        RunStatus status = runs.cancel(runId);
        metrics.counter("laptopdiff.runs.cancel.requested").increment();
        return Response.accepted(json(status)).build();
    }

    @POST
    @Path("/{id}/variants/{variant}/retry")
    @Operation(
            operationId = "retryVariant",
            summary = "Ask for a failed variant once more, as a run of its own",
            description =
                    "The plan and the trained student of the run are used where they are there, and"
                            + " scores that are known are not measured again; the new run names"
                            + " the old one in 'spec.retryOf'. What was cancelled, or failed as a"
                            + " whole, is asked for anew with the run's 'spec'.")
    @APIResponse(
            responseCode = "202",
            description = "Taken in; Location names the new run",
            content = @Content(schema = @Schema(implementation = RunStatus.class)))
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "422", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    @APIResponse(responseCode = "400", ref = "Problem")
    public Response retry(
            @PathParam("id") String runId,
            @PathParam("variant") String variant,
            @Parameter(description = SAME_RUN) @HeaderParam("Idempotency-Key") String key) {
        RunStatus status = runs.retry(runId, variant, Optional.ofNullable(key).map(RunIds::ofKey));
        metrics.counter("laptopdiff.runs.requested").increment();
        return accepted(status);
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "deleteRun",
            summary = "Delete an ended run with its artifacts",
            description = "Its id stays taken.")
    @APIResponse(responseCode = "204", description = "Nothing is left of it")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "409", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public void delete(@PathParam("id") String runId) {
        runs.delete(runId);
        metrics.counter("laptopdiff.runs.deleted").increment();
    }

    private static boolean flag(String name, String value) {
        Require.that(
                value.equals("true") || value.equals("false"),
                name,
                "'" + value + "'",
                "it must be true or false");
        return Boolean.parseBoolean(value);
    }

    private static Response accepted(RunStatus status) {
        return Response.accepted(json(status))
                .location(URI.create("/api/v1/runs/" + status.runId()))
                .build();
    }

    private static String json(RunStatus status) {
        return MessageJson.tree(status).toString();
    }
}
