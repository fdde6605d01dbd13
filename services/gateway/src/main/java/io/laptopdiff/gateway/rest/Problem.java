package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.Json;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What went wrong with a request, as RFC 9457 has it.
 *
 * @param type a URN that names the kind of problem
 * @param title the kind of problem in words
 * @param status HTTP status
 * @param detail what went wrong this time, and the way out
 * @param field dotted path of the field that is to blame; absent if none is
 */
@Schema(name = "Problem")
record Problem(String type, String title, int status, String detail, String field) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(String kind, String title, int status, String detail) {
        return new Problem("urn:laptopdiff:problem:" + kind, title, status, detail, null);
    }

    Problem blaming(String blamed) {
        return new Problem(type, title, status, detail, blamed);
    }

    Response.ResponseBuilder response() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        if (field != null) {
            body.put("field", field);
        }
        return Response.status(status).type(MEDIA_TYPE).entity(Json.write(body));
    }
}
