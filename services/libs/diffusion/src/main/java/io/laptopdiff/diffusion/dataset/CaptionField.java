package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The field that holds what a picture shows, by the names that data sets give it. */
final class CaptionField {

    /**
     * The JSON reader; it takes NaN, which Python's json writes for a missing score beside a
     * caption.
     */
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    /** The names of the field in metadata and prompt lists; the first one that is there counts. */
    static final List<String> NAMES = List.of("text", "caption", "prompt");

    /**
     * The names of the field in the JSON beside a picture, where img2dataset and webdataset write
     * {@code caption}.
     */
    private static final List<String> BESIDE = List.of("caption", "text", "prompt");

    /** The headers of the column in tables; DrawBench has {@code Prompts}. */
    private static final List<String> HEADERS =
            List.of("text", "caption", "prompt", "prompts", "captions");

    private CaptionField() {}

    /**
     * Returns the caption in the JSON beside a picture; empty where no field holds text that is not
     * blank.
     */
    static Optional<String> beside(JsonNode object) {
        return first(object, BESIDE);
    }

    /**
     * Returns the caption of one object of metadata or of a prompt list.
     *
     * @return empty where the field is there and is null or blank
     * @throws DatasetException if there is no such field, or it is no string
     */
    static Optional<String> of(JsonNode object, String where) {
        Optional<String> found = first(object, NAMES);
        if (found.isPresent()) {
            return found;
        }
        Optional<String> name = NAMES.stream().filter(object::has).findFirst();
        if (name.isEmpty()) {
            throw new DatasetException(
                    "The field 'text' is missing, and so are 'caption' and 'prompt'",
                    where,
                    "Write {\"text\": \"a red circle\"}.");
        }
        JsonNode value = object.path(name.get());
        if (!value.isTextual() && !value.isNull()) {
            throw new DatasetException(
                    "The field '" + name.get() + "' is not a string",
                    where,
                    "Write {\"text\": \"a red circle\"}.");
        }
        return Optional.empty();
    }

    private static Optional<String> first(JsonNode object, List<String> names) {
        return names.stream()
                .map(object::path)
                .filter(JsonNode::isTextual)
                .map(value -> value.textValue().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /**
     * Finds the column of a table's captions.
     *
     * @param headers the names in the table's first line and their places
     */
    static Optional<Integer> column(Map<String, Integer> headers) {
        return HEADERS.stream()
                .flatMap(
                        name ->
                                headers.entrySet().stream()
                                        .filter(
                                                header ->
                                                        header.getKey()
                                                                .strip()
                                                                .toLowerCase(Locale.ROOT)
                                                                .equals(name)))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
