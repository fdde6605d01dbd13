package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prompts in JSON: an array of strings (HPD) or of objects with a {@code text}, {@code caption} or
 * {@code prompt}; an object of which {@code annotations} (COCO's captions), {@code prompts} or
 * {@code captions} is such an array, or whose values are all such objects (MJHQ); or several of
 * these after one another, such as one a line.
 */
final class PromptJson {

    private static final ObjectMapper JSON =
            CaptionField.JSON.copy().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads one value, and leaves what follows it. */
    private static final ObjectMapper SEVERAL = CaptionField.JSON;

    private static final List<String> LISTS = List.of("annotations", "prompts", "captions");

    private static final String EXAMPLE =
            "Write one array, [\"a red circle\", \"a blue square\"], or one object a line,"
                    + " {\"text\": \"a red circle\"}.";

    private PromptJson() {}

    /** Returns whether a text without a name for it is one whole JSON array or object. */
    static boolean isDocument(String text) {
        String start = text.stripLeading();
        if (!start.startsWith("[") && !start.startsWith("{")) {
            return false;
        }
        try {
            JSON.readTree(text);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /**
     * Reads prompts from one value on each line that is not blank.
     *
     * @throws DatasetException naming the line
     */
    static List<String> lines(String text, String where) {
        List<String> lines = text.lines().toList();
        if (text.stripLeading().startsWith("[")) {
            return document(text, where); // an array under a name that says otherwise
        }
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                prompts.add(line(lines.get(i), where + ":" + (i + 1)));
            }
        }
        return prompts;
    }

    private static String line(String line, String where) {
        try {
            return prompt(JSON.readTree(line), where);
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    "The line is not JSON: " + e.getOriginalMessage(),
                    where,
                    "Write one JSON object per line, such as {\"text\": \"a red circle\"}.");
        }
    }

    /**
     * Reads the prompts of all values in a text.
     *
     * @throws DatasetException naming the line that is not JSON, or the place of the value that is
     *     no prompt
     */
    static List<String> document(String text, String where) {
        List<JsonNode> values = new ArrayList<>();
        try (JsonParser parser = SEVERAL.createParser(text)) {
            while (parser.nextToken() != null) {
                values.add(parser.readValueAsTree());
            }
        } catch (JsonProcessingException e) {
            throw new DatasetException(
                    "The prompt list is not JSON: " + e.getOriginalMessage(),
                    where + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    EXAMPLE);
        } catch (IOException e) {
            throw new DatasetException(
                    "The prompt list cannot be read: " + e.getMessage(), where, EXAMPLE);
        }
        List<String> prompts = new ArrayList<>();
        if (values.size() == 1) {
            elements(values.get(0), where).forEach(prompts::add);
            return prompts;
        }
        for (int i = 0; i < values.size(); i++) {
            prompts.add(prompt(values.get(i), where + ", value " + (i + 1)));
        }
        return prompts;
    }

    private static List<String> elements(JsonNode document, String where) {
        List<String> prompts = new ArrayList<>();
        JsonNode list = document;
        String name = "";
        if (document.isObject()) {
            Optional<String> field =
                    LISTS.stream().filter(one -> document.path(one).isArray()).findFirst();
            if (field.isPresent()) {
                name = field.get();
                list = document.path(name);
            } else if (CaptionField.NAMES.stream().anyMatch(document::has)) {
                return List.of(prompt(document, where)); // a list of one line
            } else if (document.isEmpty() || !document.iterator().next().isObject()) {
                throw new DatasetException(
                        "The JSON is an object without a list of prompts; it has "
                                + names(document),
                        where,
                        EXAMPLE);
            }
        }
        int place = 0;
        for (JsonNode element : list) {
            place++;
            prompts.add(prompt(element, where + ", " + name + "[" + (place - 1) + "]"));
        }
        return prompts;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.subList(0, Math.min(8, names.size()));
    }

    private static String prompt(JsonNode value, String where) {
        Optional<String> prompt =
                value.isTextual()
                        ? Optional.of(value.textValue().strip()).filter(text -> !text.isEmpty())
                        : CaptionField.of(value, where);
        return prompt.orElseThrow(
                () -> new DatasetException("The prompt is blank", where, "Remove it."));
    }
}
