package io.laptopdiff.contracts.json;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to a field, as people read it: names with dots between them, places of lists in brackets,
 * and names that have dots or brackets themselves in brackets and quotes, such as {@code
 * variants[0].minimumUnits["down_blocks.0"]}.
 */
public final class FieldPath {

    private static final Pattern PLAIN = Pattern.compile("[^.\\[\\]\"]+");
    private static final Pattern STEP =
            Pattern.compile("\\[\"((?:[^\"\\\\]|\\\\.)*)\"]|\\[(\\d+)]|([^.\\[\\]]+)");

    private FieldPath() {}

    /** A name as it stands in a path. */
    static String step(String name) {
        return PLAIN.matcher(name).matches()
                ? name
                : "[\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
    }

    /** The names and places of a path, one by one. */
    public static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            if (step.group(1) != null) {
                steps.add(step.group(1).replaceAll("\\\\(.)", "$1"));
            } else {
                steps.add(step.group(2) != null ? step.group(2) : step.group(3));
            }
        }
        return steps;
    }
}
