package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.gateway.runs.FieldProblem;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What went wrong with a request, as RFC 9457 has it.
 *
 * @param type a URN that names the kind of problem
 * @param title the kind of problem in words
 * @param status HTTP status
 * @param detail what went wrong this time, and the way out
 * @param field dotted path of the first field that is to blame; absent if none is
 * @param errors all that is wrong, where a field is to blame; absent if none is
 */
@Schema(name = "Problem")
record Problem(
        String type,
        String title,
        int status,
        String detail,
        @MayBeAbsent String field,
        @MayBeAbsent List<FieldError> errors) {
    static final String MEDIA_TYPE = "application/problem+json";

    /**
     * One field that is to blame.
     *
     * @param pointer JSON pointer to it in the request's body (RFC 6901), or to a parameter's name;
     *     # is the whole body
     */
    record FieldError(String detail, String pointer) {
        static List<FieldError> of(List<FieldProblem> problems) {
            return problems.stream()
                    .map(problem -> new FieldError(problem.detail(), problem.pointer()))
                    .toList();
        }
    }

    static Problem of(String kind, String title, int status, String detail) {
        return new Problem("urn:laptopdiff:problem:" + kind, title, status, detail, null, null);
    }

    static Problem of(RequestTooLargeException e) {
        return of("too-large", "Request too large", 413, e.getMessage());
    }

    Problem blaming(List<FieldProblem> blamed) {
        return blamed.stream()
                .map(FieldProblem::field)
                .filter(field -> !field.isEmpty())
                .findFirst()
                .map(f -> new Problem(type, title, status, detail, f, FieldError.of(blamed)))
                .orElse(this);
    }

    String json() {
        return Json.write(this);
    }

    Response.ResponseBuilder response() {
        return Response.status(status).type(MEDIA_TYPE).entity(json());
    }
}
