package io.laptopdiff.gateway.operations;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the gateway says of itself at /q/openapi. */
final class ApiDocument {
    /** Any request may be answered so; the document's 'default' says it of every operation. */
    static final Set<Integer> OF_ANY_REQUEST = Set.of(400, 406, 413, 414, 431);

    private ApiDocument() {}

    /**
     * One operation.
     *
     * @param statuses declared by name
     * @param parameters name by place: query or header
     */
    record Operation(
            String id,
            String method,
            String path,
            Set<Integer> statuses,
            boolean anyRefusal,
            List<Parameter> parameters) {
        boolean declares(int status) {
            return statuses.contains(status) || (anyRefusal && OF_ANY_REQUEST.contains(status));
        }
    }

    /** One of its parameters. */
    record Parameter(String in, String name) {}

    static List<Operation> operations() {
        JsonNode document = Json.parse(RestAssured.get("/q/openapi?format=json").asByteArray());
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : fields(document.get("paths"))) {
            for (Map.Entry<String, JsonNode> method : fields(path.getValue())) {
                operations.add(operation(path.getKey(), method.getKey(), method.getValue()));
            }
        }
        return operations;
    }

    private static Operation operation(String path, String method, JsonNode operation) {
        Set<Integer> statuses = new TreeSet<>();
        boolean any = false;
        for (Map.Entry<String, JsonNode> response : fields(operation.get("responses"))) {
            if (response.getKey().equals("default")) {
                any = true;
            } else {
                statuses.add(Integer.parseInt(response.getKey()));
            }
        }
        List<Parameter> parameters = new ArrayList<>();
        operation
                .path("parameters")
                .forEach(
                        p ->
                                parameters.add(
                                        new Parameter(
                                                p.get("in").textValue(),
                                                p.get("name").textValue())));
        return new Operation(
                operation.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                statuses,
                any,
                parameters);
    }

    private static List<Map.Entry<String, JsonNode>> fields(JsonNode node) {
        List<Map.Entry<String, JsonNode>> all = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> i = node.fields(); i.hasNext(); ) {
            all.add(i.next());
        }
        return all;
    }
}
