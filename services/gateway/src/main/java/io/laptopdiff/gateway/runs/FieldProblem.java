package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.json.FieldPath;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.util.stream.Collectors;

/**
 * What is wrong with one field of a request.
 *
 * @param detail field, value and rule in words
 * @param field path, such as {@code variants[0].ratio}; empty for the whole
 */
public record FieldProblem(String detail, String field) {

    static FieldProblem of(InvalidMessageException e) {
        return new FieldProblem(e.getMessage(), e.field());
    }

    /** The field as a JSON pointer in a URI fragment (RFC 6901), such as #/variants/0/ratio. */
    public String pointer() {
        return FieldPath.steps(field).stream()
                .map(step -> "/" + step.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining("", "#", ""));
    }
}
