package io.laptopdiff.gateway.rest;

import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.files.ByteRange;
import io.laptopdiff.gateway.files.MediaTypes;
import io.laptopdiff.gateway.files.RunFiles;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.PathPart;

/** What runs leave, to look at and to download. */
@Path("/api/v1/runs/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "artifacts")
@APIResponse(responseCode = "404", ref = "Problem")
@APIResponse(responseCode = "410", ref = "Problem")
@APIResponse(responseCode = "503", ref = "Problem")
public class RunFilesResource {
    private static final String SANDBOX =
            "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private static final String REPORT = "report.html";
    private static final int SECONDS_TO_CLOSE = 10;

    private final RunFiles files;

    RunFilesResource(RunFiles files) {
        this.files = files;
    }

    /** Every file of a run. */
    record ArtifactList(List<Artifact> artifacts) {}

    /** One of them. */
    record Artifact(String path, long bytes, String mediaType) {}

    @GET
    @Path("/artifacts")
    @Operation(operationId = "listArtifacts", summary = "Every file that the run left so far")
    @APIResponse(responseCode = "200", description = "Sorted by path")
    public String list(@PathParam("id") String runId) {
        return Json.write(
                new ArtifactList(
                        files.list(runId).stream()
                                .map(
                                        file ->
                                                new Artifact(
                                                        file.path(),
                                                        file.bytes(),
                                                        MediaTypes.of(file.path())))
                                .toList()));
    }

    @GET
    @Path("/artifacts/{path: .+}")
    @Produces(MediaType.WILDCARD)
    @Operation(
            operationId = "getArtifact",
            summary = "One file",
            description =
                    "Knows Range (one range), If-Range and If-None-Match, so that a broken download"
                            + " goes on where it broke.")
    @APIResponse(responseCode = "200", description = "The whole file")
    @APIResponse(responseCode = "206", description = "The range that was asked for")
    @APIResponse(responseCode = "304", description = "It is as you have it")
    @APIResponse(responseCode = "416", ref = "Problem")
    public Response get(
            @PathParam("id") String runId,
            @PathParam("path") String path,
            @HeaderParam("Range") String range,
            @HeaderParam("If-Range") String ifRange,
            @HeaderParam("If-None-Match") String ifNoneMatch) {
        java.nio.file.Path file = files.file(runId, path);
        long length = file.toFile().length();
        String tag = tag(file);
        if (ifNoneMatch != null && (ifNoneMatch.contains(tag) || ifNoneMatch.strip().equals("*"))) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        boolean same = ifRange == null || ifRange.strip().equals(tag);
        Optional<ByteRange> part = same ? ByteRange.of(range, length) : Optional.empty();
        Response.ResponseBuilder response =
                part.map(
                                bytes ->
                                        Response.status(Response.Status.PARTIAL_CONTENT)
                                                .entity(
                                                        new PathPart(
                                                                file, bytes.first(), bytes.count()))
                                                .header("Content-Range", bytes.of(length)))
                        .orElseGet(() -> Response.ok(file));
        return described(response, path, tag).build();
    }

    @HEAD
    @Path("/artifacts/{path: .+}")
    @Produces(MediaType.WILDCARD)
    @Operation(operationId = "headArtifact", summary = "Length and ETag of one file")
    @APIResponse(responseCode = "200", description = "As of the whole file, without it")
    public Response head(@PathParam("id") String runId, @PathParam("path") String path) {
        java.nio.file.Path file = files.file(runId, path);
        return described(Response.ok(), path, tag(file))
                .header(HttpHeaders.CONTENT_LENGTH, file.toFile().length())
                .build();
    }

    private static Response.ResponseBuilder described(
            Response.ResponseBuilder response, String path, String tag) {
        return shielded(response.type(MediaTypes.of(path)))
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.ETAG, tag);
    }

    private static Response.ResponseBuilder shielded(Response.ResponseBuilder response) {
        return response.header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("X-Content-Type-Options", "nosniff")
                // what a file holds came from a request, and has no business with the gateway
                .header("Content-Security-Policy", SANDBOX);
    }

    @GET
    @Path("/archive")
    @Produces("application/zip")
    @Operation(
            operationId = "getArchive",
            summary = "A directory of the run as one zip file",
            description = "Such as under=half/student, the whole pipeline with the small U-Net.")
    @APIResponse(responseCode = "200", description = "The archive")
    public Response archive(
            @PathParam("id") String runId,
            @QueryParam("under") @DefaultValue("") String under,
            @Context HttpServerRequest request) {
        List<java.nio.file.Path> tree = files.tree(runId, under);
        String name = (runId + (under.isEmpty() ? "" : "-" + under)).replaceAll("[^\\w.-]", "-");
        StreamingOutput zip =
                out -> {
                    try {
                        files.zip(runId, under, tree, out);
                    } catch (IOException e) {
                        breakOff(request);
                        throw e;
                    }
                };
        return Response.ok(zip)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + name + ".zip\"")
                .build();
    }

    /**
     * Closes the line of an answer that is on its way, and waits for that: REST closes it, too, but
     * may be quick enough to end the answer before, as if it were whole. HTTP/2 has no such line.
     */
    private static void breakOff(HttpServerRequest request) {
        if (request.response().headWritten() && request.version() != HttpVersion.HTTP_2) {
            request.connection()
                    .close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .completeOnTimeout(null, SECONDS_TO_CLOSE, TimeUnit.SECONDS)
                    .join();
        }
    }

    @GET
    @Path("/scores")
    @Operation(operationId = "getScores", summary = "Every unit's scores, in execution order")
    @APIResponse(responseCode = "200", description = "scores.json of the run")
    public Response scores(@PathParam("id") String runId) {
        return json(runId, RunLayout::scores);
    }

    @GET
    @Path("/additivity")
    @Operation(
            operationId = "getAdditivity",
            summary = "Joint losses of random sets beside the sums of their scores")
    @APIResponse(responseCode = "200", description = "additivity.json of the run")
    public Response additivity(@PathParam("id") String runId) {
        return json(runId, RunLayout::additivity);
    }

    @GET
    @Path("/frontier")
    @Operation(
            operationId = "getFrontier",
            summary = "The best plans over all ratios: predicted loss, and what they remove")
    @APIResponse(responseCode = "200", description = "frontier.json of the run")
    public Response frontier(@PathParam("id") String runId) {
        return json(runId, RunLayout::frontier);
    }

    @GET
    @Path("/unet")
    @Operation(
            operationId = "getUnet",
            summary = "Where every unit is in the U-Net, in execution order")
    @APIResponse(responseCode = "200", description = "Units by place, stage and resolution")
    public String unet(@PathParam("id") String runId) {
        return Json.write(UNetView.of(files.file(runId, RunLayout::scores)));
    }

    @GET
    @Path("/report")
    @Produces(MediaType.TEXT_HTML)
    @Operation(
            operationId = "getReport",
            summary = "The run as one page that needs no server; pictures are inlined")
    @APIResponse(
            responseCode = "200",
            description =
                    "report.html of the run; before a student is evaluated, what has become of it by now")
    public Response report(@PathParam("id") String runId) {
        if (files.has(runId, REPORT)) {
            return get(runId, REPORT, null, null, null);
        }
        return shielded(Response.ok(files.statusPage(runId), MediaType.TEXT_HTML_TYPE)).build();
    }

    private Response json(String runId, Function<RunLayout, java.nio.file.Path> place) {
        return Response.ok(files.file(runId, place), MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** Files are replaced whole, so that length and time tell one from the next. */
    private static String tag(java.nio.file.Path file) {
        return "\""
                + Long.toHexString(file.toFile().length())
                + "-"
                + Long.toHexString(file.toFile().lastModified())
                + "\"";
    }
}
