package io.laptopdiff.gateway.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A request, and how it has to be answered. */
record Case(String operation, int status, Ask ask) {

    void requireAnswered(URI server) {
        Ask.Answer answer = ask.of(server);
        assertThat(answer.status()).as(this + ": " + answer).isEqualTo(status);
        if (status >= 400) {
            requireProblem(answer, !ask.method().equals("HEAD"));
        }
    }

    /**
     * @param told it has a body
     */
    static void requireProblem(Ask.Answer answer, boolean told) {
        assertThat(answer.contentType()).as("%s", answer).isEqualTo("application/problem+json");
        if (told) {
            JsonNode problem = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
            assertThat(problem.path("status").intValue()).isEqualTo(answer.status());
            assertThat(problem.path("type").textValue()).startsWith("urn:laptopdiff:problem:");
            assertThat(problem.path("title").textValue()).isNotBlank();
            assertThat(problem.path("detail").textValue()).isNotBlank();
        }
    }

    @Override
    public String toString() {
        return operation + " " + status;
    }
}
