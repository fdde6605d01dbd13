package io.laptopdiff.standalone.follow;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;

/** The gateway refused; the message is what its problem detail says. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int UNPROCESSABLE = 422;

    private final int status;

    RefusedException(int status, String body) {
        super(reason(body));
        this.status = status;
    }

    /** Returns whether the request was well formed, and the machine cannot hold the run. */
    public boolean doesNotFit() {
        return status == UNPROCESSABLE;
    }

    /** Returns whether the request is to blame, and not the gateway. */
    public boolean isTheAskers() {
        return status / 100 == 4;
    }

    /** Returns whether there is no such thing, or its state does not allow what was asked. */
    public boolean isOfState() {
        return status == 404 || status == 409 || status == 410;
    }

    /** Returns what a problem detail says, or the body itself if it is none. */
    static String reason(String body) {
        try {
            JsonNode problem = Json.parse(body.getBytes(StandardCharsets.UTF_8));
            String detail = problem.path("detail").asText(problem.path("title").asText(""));
            return detail.isEmpty() ? body : detail;
        } catch (RuntimeException noJson) {
            return body;
        }
    }
}
