package io.laptopdiff.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.Optional;

/**
 * The body of a request for a run: the fields of a {@link RunSpec}, and beside them a "runId" for
 * those who want to choose it.
 */
record RunOrder(Optional<String> runId, RunSpec spec) {
    /**
     * @throws InvalidMessageException naming the field that breaks a rule, or that nobody knows
     */
    static RunOrder read(byte[] body) {
        JsonNode tree = Json.parse(body);
        if (!(tree instanceof ObjectNode fields)) {
            throw new InvalidMessageException("", tree, "it must be a JSON object");
        }
        JsonNode runId = fields.remove("runId");
        if (runId != null && !runId.isNull() && !runId.isTextual()) {
            throw new InvalidMessageException("runId", runId, "it must be a text");
        }
        Optional<String> wanted =
                Optional.ofNullable(runId).filter(JsonNode::isTextual).map(JsonNode::textValue);
        return new RunOrder(wanted, Json.readStrictly(fields, RunSpec.class));
    }
}
