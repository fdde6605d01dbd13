package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.json.FieldPath;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is wrong with one field of a request.
 *
 * @param detail field, value and rule in words
 * @param field path, such as {@code variants[0].ratio}; empty for the whole
 */
public record FieldProblem(String detail, String field) {
    private static final String IN_FRAGMENTS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?";

    static FieldProblem of(InvalidMessageException e) {
        return new FieldProblem(e.getMessage(), e.field());
    }

    /** The field as a JSON pointer in a URI fragment (RFC 6901), such as #/variants/0/ratio. */
    public String pointer() {
        return FieldPath.steps(field).stream()
                .map(step -> "/" + encoded(step.replace("~", "~0").replace("/", "~1")))
                .collect(Collectors.joining("", "#", ""));
    }

    /** Returns a step with what RFC 3986 lets no fragment hold written as its bytes are. */
    private static String encoded(String step) {
        StringBuilder fragment = new StringBuilder();
        for (byte part : step.getBytes(StandardCharsets.UTF_8)) {
            if (part > 0 && IN_FRAGMENTS.indexOf(part) >= 0) {
                fragment.append((char) part);
            } else {
                fragment.append(String.format(Locale.ROOT, "%%%02X", part));
            }
        }
        return fragment.toString();
    }
}
