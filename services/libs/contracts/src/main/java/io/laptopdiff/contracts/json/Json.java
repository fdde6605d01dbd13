package io.laptopdiff.contracts.json;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads and writes records as JSON; whatever cannot be read is refused by field, value and rule.
 */
public final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            com.fasterxml.jackson.core.JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            text -> {
                                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                            })
                    // Only the components of a record travel, not what its methods derive.
                    .visibility(PropertyAccessor.FIELD, Visibility.ANY)
                    .visibility(PropertyAccessor.GETTER, Visibility.NONE)
                    .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                    .serializationInclusion(JsonInclude.Include.NON_NULL)
                    .build();

    private Json() {}

    /** A tree of the record's components, in their order. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    public static String write(Object value) {
        return print(value, false);
    }

    /** Writes JSON for files that people read. */
    public static String writePretty(Object value) {
        return print(value, true) + "\n";
    }

    public static JsonNode parse(byte[] json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            Require.that(
                    tree != null && !tree.isMissingNode(), "", "empty", "it must be a JSON object");
            return tree;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new InvalidMessageException("", e.getMessage(), "it must be JSON in UTF-8");
        }
    }

    /**
     * Reads a record from a tree. Unknown fields are tolerated: a newer writer may add some.
     *
     * @throws InvalidMessageException naming the field, its value and the rule it breaks
     */
    public static <T extends Record> T read(JsonNode tree, Class<T> type) {
        return read(tree, type, false);
    }

    public static <T extends Record> T read(byte[] json, Class<T> type) {
        return read(parse(json), type);
    }

    public static <T extends Record> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /** Reads what people type: an unknown field is most likely a misspelt one, so it is refused. */
    public static <T extends Record> T readStrictly(byte[] json, Class<T> type) {
        return readStrictly(parse(json), type);
    }

    /** Reads a record from a tree, and refuses unknown fields. */
    public static <T extends Record> T readStrictly(JsonNode tree, Class<T> type) {
        return read(tree, type, true);
    }

    /**
     * A record from the fields that matter; the others get their defaults. Values may be numbers,
     * texts, lists, maps and records.
     */
    public static <T extends Record> T of(Class<T> type, Map<String, ?> fields) {
        return read(tree(fields), type, true);
    }

    private static <T extends Record> T read(JsonNode tree, Class<T> type, boolean strict) {
        JsonNode whole = tree.deepCopy();
        new Shape(MAPPER, strict).complete(whole, type, "");
        try {
            return MAPPER.treeToValue(whole, type);
        } catch (JsonMappingException e) {
            throw refused(e);
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
    }

    private static String print(Object value, boolean pretty) {
        try {
            return (pretty ? MAPPER.writerWithDefaultPrettyPrinter() : MAPPER.writer())
                    .writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    private static InvalidMessageException refused(JsonMappingException e) {
        String path = path(e);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidMessageException broken) {
                return broken.within(path);
            }
        }
        return new InvalidMessageException(
                path, "unreadable", "JSON says: " + e.getOriginalMessage());
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                String name = FieldPath.step(step.getFieldName());
                path.append(path.length() == 0 || name.startsWith("[") ? "" : ".").append(name);
            }
        }
        return path.toString();
    }

    private static InvalidMessageException malformed(JsonProcessingException e) {
        String where =
                e.getLocation() == null
                        ? "malformed"
                        : "malformed at line "
                                + e.getLocation().getLineNr()
                                + ", column "
                                + e.getLocation().getColumnNr();
        return new InvalidMessageException(
                "", where, "it must be valid JSON: " + e.getOriginalMessage());
    }
}
