package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.gateway.files.NotThereException;
import io.laptopdiff.gateway.files.UnsatisfiableRangeException;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.InvalidRequestException;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.gateway.runs.RunConflictException;
import io.laptopdiff.gateway.runs.RunDeletedException;
import io.laptopdiff.gateway.runs.RunNotFoundException;
import io.laptopdiff.gateway.runs.RunTooLargeException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a request ended with into problem details. */
class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final int SECONDS_TO_TRY_AGAIN = 2;

    @ServerExceptionMapper
    Response invalid(InvalidMessageException e) {
        Problem problem = Problem.of("invalid-request", "Invalid request", 400, e.getMessage());
        return problem.blaming(List.of(new FieldProblem(e.getMessage(), e.field())))
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response invalid(InvalidRequestException e) {
        return Problem.of("invalid-request", "Invalid request", 400, e.getMessage())
                .blaming(e.problems())
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response gone(RunDeletedException e) {
        return Problem.of("deleted", "Deleted", 410, e.getMessage()).response().build();
    }

    @ServerExceptionMapper
    Response notThere(NotThereException e) {
        return Problem.of("not-there", "Not there", 404, e.getMessage()).response().build();
    }

    @ServerExceptionMapper
    Response range(UnsatisfiableRangeException e) {
        return Problem.of("range", "Range not satisfiable", 416, e.getMessage())
                .response()
                .header("Content-Range", "bytes */" + e.length())
                .build();
    }

    @ServerExceptionMapper
    Response notFound(RunNotFoundException e) {
        return Problem.of("no-such-run", "No such run", 404, e.getMessage()).response().build();
    }

    @ServerExceptionMapper
    Response conflict(RunConflictException e) {
        return Problem.of("conflict", "Conflict", 409, e.getMessage()).response().build();
    }

    @ServerExceptionMapper
    Response doesNotFit(StageException e) {
        return Problem.of("does-not-fit", "The run does not fit", 422, e.getMessage())
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response notReady(NotReadyException e) {
        return Problem.of(
                        "not-ready",
                        "Not ready yet",
                        503,
                        e.getMessage() + "; try again in " + SECONDS_TO_TRY_AGAIN + " s")
                .response()
                .header(HttpHeaders.RETRY_AFTER, SECONDS_TO_TRY_AGAIN)
                .build();
    }

    @ServerExceptionMapper
    Response tooLarge(RequestTooLargeException e) {
        return Problem.of(e).response().build();
    }

    @ServerExceptionMapper
    Response tooLarge(RunTooLargeException e) {
        return Problem.of("too-large", "Request too large", 413, e.getMessage()).response().build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException e, ContainerRequestContext request) {
        Response.StatusType status = e.getResponse().getStatusInfo();
        if (status.getFamily() == Response.Status.Family.REDIRECTION) {
            return e.getResponse();
        }
        if (status.getStatusCode() == 404 && NotFoundPage.isForPeople(request)) {
            return NotFoundPage.page();
        }
        return Problem.of(
                        "http",
                        status.getReasonPhrase(),
                        status.getStatusCode(),
                        detail(status.getStatusCode(), request).orElse(e.getMessage()))
                .response()
                .header(HttpHeaders.ALLOW, e.getResponse().getHeaderString(HttpHeaders.ALLOW))
                .build();
    }

    /**
     * Returns what went wrong in words, since REST says only which annotation of the source did not
     * match.
     */
    private static Optional<String> detail(int status, ContainerRequestContext request) {
        String here = "'" + request.getUriInfo().getPath() + "'";
        return Optional.ofNullable(
                switch (status) {
                    case 404 -> "nothing is at " + here + "; /q/openapi says what there is";
                    case 405 ->
                            request.getMethod()
                                    + " is not for "
                                    + here
                                    + "; /q/openapi says which methods are";
                    case 406 ->
                            here
                                    + " cannot be had as the header Accept wants it: '"
                                    + request.getHeaderString(HttpHeaders.ACCEPT)
                                    + "'; leave it out, or add application/json";
                    case 415 ->
                            "the header Content-Type is '"
                                    + request.getHeaderString(HttpHeaders.CONTENT_TYPE)
                                    + "', but it must be application/json";
                    default -> null;
                });
    }

    @ServerExceptionMapper
    Response unexpected(Exception e) {
        LOG.error("request failed", e);
        return Problem.of(
                        "internal",
                        "Internal error",
                        500,
                        "The gateway failed; its log has the details")
                .response()
                .build();
    }
}
