package io.laptopdiff.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The body of a request for a run: the fields of a {@link RunSpec}, and beside them a "runId" for
 * those who want to choose it.
 *
 * @param spec what was read; where something is wrong, with stand-ins for it, so that the rest can
 *     be looked at; empty if nothing could stand in
 * @param problems everything that is wrong
 */
public record RunOrder(
        Optional<String> runId, Optional<RunSpec> spec, List<FieldProblem> problems) {

    /**
     * The most problems that are told: where a request has more to mend, the rest waits for the
     * next try.
     */
    private static final int MOST_PROBLEMS = 50;

    private static final String MORE = "more is wrong than told here; mend this, and ask again";

    /**
     * Reads the whole body, whatever is wrong with it.
     *
     * @throws InvalidMessageException if it is no JSON object
     */
    public static RunOrder read(byte[] body) {
        JsonNode tree = Json.parse(body);
        if (!(tree instanceof ObjectNode fields)) {
            throw new InvalidMessageException("", tree, "it must be a JSON object");
        }
        List<FieldProblem> problems = new ArrayList<>();
        Optional<String> runId = runId(fields.remove("runId"), problems);
        return new RunOrder(runId, spec(fields, problems), problems);
    }

    /**
     * Returns the same order with the id that belongs to an Idempotency-Key.
     *
     * @param key null for none
     */
    public RunOrder under(String key) {
        if (key == null) {
            return this;
        }
        List<FieldProblem> all = new ArrayList<>(problems);
        try {
            String keyed = RunIds.ofKey(key);
            Require.that(
                    runId.isEmpty(),
                    "runId",
                    "'" + runId.orElse("") + "'",
                    "it may not stand beside an Idempotency-Key");
            return new RunOrder(Optional.of(keyed), spec, problems);
        } catch (InvalidMessageException e) {
            all.add(FieldProblem.of(e));
            return new RunOrder(runId, spec, all);
        }
    }

    private static Optional<String> runId(JsonNode runId, List<FieldProblem> problems) {
        if (runId == null || runId.isNull()) {
            return Optional.empty();
        }
        try {
            Require.that(runId.isTextual(), "runId", runId, "it must be a text");
            return Optional.of(Require.name("runId", runId.textValue()));
        } catch (InvalidMessageException e) {
            problems.add(FieldProblem.of(e));
            return Optional.empty();
        }
    }

    private static Optional<RunSpec> spec(ObjectNode fields, List<FieldProblem> problems) {
        Set<String> mended = new LinkedHashSet<>();
        for (int i = 0; i <= MOST_PROBLEMS; i++) {
            try {
                return Optional.of(Json.readStrictly(fields, RunSpec.class));
            } catch (InvalidMessageException e) {
                if (i == MOST_PROBLEMS) {
                    problems.add(new FieldProblem(MORE, ""));
                    break;
                }
                String field = e.field();
                if (mended.add(field)) {
                    problems.add(FieldProblem.of(e));
                }
                // what was mended and still is wrong goes with all that is around it
                while (!field.isEmpty() && !PlaceholderValues.put(fields, field, mended)) {
                    field = PlaceholderValues.around(field);
                }
                if (field.isEmpty()) {
                    break;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * @throws InvalidRequestException if anything is wrong
     */
    RunSpec required() {
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        return spec.orElseThrow();
    }
}
