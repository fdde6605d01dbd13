package io.laptopdiff.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts something right where a request has something wrong, so that what else is wrong with it
 * shows.
 */
final class PlaceholderValues {

    private static final JsonNode RIGHT =
            Json.parse(
                    """
                    {"teacher": "teacher", "calibration": {"dataset": "data"}, "variants": [{"ratio": 0.5}],
                     "distillation": {"dataset": "data"}, "evaluation": {"scorer": "clip", "dataset": "data"}}
                    """
                            .getBytes(StandardCharsets.UTF_8));

    /** The mark beside the path of a field that was taken away as well, which did not help. */
    private static final String TAKEN = " taken away";

    /** Names of a request's own fields; a stranger's name may hold whatever it likes. */
    private static final Pattern PATH =
            Pattern.compile("[^.\\[\\]]+(\\[\\d{1,6}])*(\\.[^.\\[\\]]+(\\[\\d{1,6}])*)*");

    private PlaceholderValues() {}

    /**
     * Puts into a field first what is right there, then nothing.
     *
     * @param field dotted path
     * @param mended what was tried already
     * @return false where nothing is left to try, or the field's name cannot be told from a path
     */
    static boolean put(ObjectNode request, String field, Set<String> mended) {
        if (!PATH.matcher(field).matches()) {
            return false;
        }
        String[] steps = field.replace("[", ".[").split("\\.");
        JsonNode parent = request;
        JsonNode right = RIGHT;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = child(parent, steps[i], false);
            right = child(right, steps[i], true);
        }
        String last = steps[steps.length - 1];
        JsonNode value = child(right, last, true);
        if (!value.isMissingNode() && mended.add(field + " put")) {
            return set(parent, last, value.deepCopy(), field);
        }
        return mended.add(field + TAKEN) && set(parent, last, null, field);
    }

    /** The path of what holds the field; empty for the request itself. */
    static String around(String field) {
        int end = Math.max(field.lastIndexOf('.'), field.lastIndexOf('['));
        return end < 0 ? "" : field.substring(0, end);
    }

    private static JsonNode child(JsonNode parent, String step, boolean any) {
        return step.startsWith("[") ? parent.path(any ? 0 : index(step)) : parent.path(step);
    }

    private static int index(String step) {
        return Integer.parseInt(step.substring(1, step.length() - 1));
    }

    private static boolean set(JsonNode parent, String step, JsonNode value, String field) {
        if (parent instanceof ArrayNode array && step.startsWith("[")) {
            int index = index(step);
            if (value == null) {
                array.remove(index);
            } else {
                array.set(index, named(value, index));
            }
            return true;
        }
        if (!(parent instanceof ObjectNode object)) {
            return false;
        }
        if (value == null) {
            object.remove(step);
        } else {
            object.set(step, value);
        }
        if (field.startsWith("variants[") && parent.path("name").isMissingNode()) {
            named(object, field.hashCode());
        }
        if (field.endsWith("].handcrafted") && value == null) {
            object.put("ratio", RIGHT.path("variants").path(0).path("ratio").doubleValue());
        }
        return true;
    }

    /** Two variants with the same stand-in would have one name. */
    private static JsonNode named(JsonNode variant, int number) {
        if (variant instanceof ObjectNode object) {
            object.put("name", "stand-in" + Integer.toUnsignedString(number));
        }
        return variant;
    }
}
