package io.laptopdiff.contracts.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds a JSON tree against the record it is to become: fills in defaults and names what is missing
 * by its whole path. Jackson alone would turn a missing number into 0.
 */
final class Shape {
    private final ObjectMapper mapper;
    private final boolean strict;

    /**
     * @param strict refuse fields that the record does not know, which is right for what people
     *     type and wrong for what newer services write
     */
    Shape(ObjectMapper mapper, boolean strict) {
        this.mapper = mapper;
        this.strict = strict;
    }

    void complete(JsonNode node, Class<?> type, String path) {
        if (!(node instanceof ObjectNode object)) {
            throw new InvalidMessageException(path, node, "it must be a JSON object");
        }
        RecordComponent[] components = type.getRecordComponents();
        for (RecordComponent component : components) {
            completeField(object, component, join(path, component.getName()));
        }
        if (strict) {
            refuseUnknown(object, components, path);
        }
    }

    private void completeField(ObjectNode object, RecordComponent component, String path) {
        String name = component.getName();
        if (!object.hasNonNull(name)) {
            Default byDefault = component.getAnnotation(Default.class);
            if (byDefault != null) {
                object.set(name, parse(byDefault.value()));
            } else if (component.isAnnotationPresent(MayBeAbsent.class)) {
                object.remove(name);
                return;
            } else {
                throw new InvalidMessageException(path, "absent", "it is required");
            }
        }
        completeValue(object.get(name), component.getGenericType(), path);
    }

    private void completeValue(JsonNode value, Type type, String path) {
        if (type instanceof Class<?> plain && plain.isRecord()) {
            complete(value, plain, path);
        } else if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                completeList(value, arguments[0], path);
            } else if (generic.getRawType() == Map.class) {
                completeMap(value, arguments[1], path);
            }
        }
    }

    private void completeList(JsonNode value, Type element, String path) {
        Require.that(value.isArray(), path, value, "it must be a JSON array");
        for (int i = 0; i < value.size(); i++) {
            completeValue(value.get(i), element, path + "[" + i + "]");
        }
    }

    private void completeMap(JsonNode value, Type element, String path) {
        Require.that(value.isObject(), path, value, "it must be a JSON object");
        value.properties()
                .forEach(
                        entry ->
                                completeValue(
                                        entry.getValue(), element, join(path, entry.getKey())));
    }

    private static void refuseUnknown(
            ObjectNode object, RecordComponent[] components, String path) {
        Set<String> known = new TreeSet<>();
        Arrays.stream(components).map(RecordComponent::getName).forEach(known::add);
        object.fieldNames()
                .forEachRemaining(
                        name ->
                                Require.that(
                                        known.contains(name),
                                        join(path, name),
                                        "unknown",
                                        "the known fields are " + known));
    }

    private JsonNode parse(String json) {
        try {
            return mapper.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a @Default is no JSON: " + json, e);
        }
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
