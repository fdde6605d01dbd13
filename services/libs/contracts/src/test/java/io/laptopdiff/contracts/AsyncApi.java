package io.laptopdiff.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.status.RunState;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Topics and messages as an AsyncAPI 3.0 document, told from the records themselves. */
final class AsyncApi {
    private static final List<String> STATES =
            List.of(
                    "REQUESTED",
                    "SCORING",
                    "PLANNING",
                    "DISTILLING",
                    "EVALUATING",
                    "FINISHED",
                    "FAILED",
                    "CANCELLED",
                    "DELETED");

    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    private AsyncApi() {}

    static JsonNode document(List<Message> samples) {
        return new AsyncApi().build(samples);
    }

    private ObjectNode build(List<Message> samples) {
        ObjectNode document = object();
        document.put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "laptop-diff")
                .put("version", Integer.toString(MessageJson.SCHEMA_VERSION))
                .put(
                        "description",
                        "Every topic and message; docs/kafka.md shows how to use them.");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode components = document.putObject("components");
        ObjectNode messages = components.putObject("messages");
        for (TopicSettings topic : Topics.all()) {
            ObjectNode channel = channels.putObject(topic.name());
            channel.put("address", topic.name());
            channel.putObject("messages");
            channel.putObject("bindings")
                    .putObject("kafka")
                    .put("topic", topic.name())
                    .put("partitions", topic.partitions());
        }
        for (Message sample : samples) {
            String name = sample.getClass().getSimpleName();
            String topic = sample.topic();
            ((ObjectNode) channels.path(topic).path("messages"))
                    .putObject(name)
                    .put("$ref", "#/components/messages/" + name);
            if (!messages.has(name)) {
                messages.set(name, message(sample));
            }
        }
        // not RunDeleted: it says that the files are gone, and only the gateway deletes them
        operations.set(
                "askAndCancel",
                operation("send", Topics.RUNS, RunRequested.class, RunCancelRequested.class));
        operations.set("follow", operation("receive", Topics.RUN_STATUS, RunStatus.class));
        ObjectNode all = components.putObject("schemas");
        schemas.forEach(all::set);
        return document;
    }

    private static ObjectNode operation(String action, String topic, Class<?>... messages) {
        String channel = "#/channels/" + topic;
        ObjectNode operation = object().put("action", action);
        operation.putObject("channel").put("$ref", channel);
        for (Class<?> message : messages) {
            operation
                    .withArray("messages")
                    .addObject()
                    .put("$ref", channel + "/messages/" + message.getSimpleName());
        }
        return operation;
    }

    private ObjectNode message(Message sample) {
        ObjectNode message = object();
        message.put("name", sample.getClass().getSimpleName());
        message.put("contentType", "application/json");
        message.putObject("bindings")
                .putObject("kafka")
                .putObject("key")
                .put("type", "string")
                .put("description", "such as " + sample.key());
        ObjectNode payload = record(sample.getClass());
        ObjectNode properties = (ObjectNode) payload.path("properties");
        ObjectNode head = object();
        head.putObject("type").put("const", sample.getClass().getSimpleName());
        head.putObject("schemaVersion").put("const", MessageJson.SCHEMA_VERSION);
        head.putObject("id").put("type", "string").put("description", "derived; may be left out");
        head.setAll(properties);
        payload.set("properties", head);
        payload.withArray("required").insert(0, "schemaVersion").insert(0, "type");
        message.set("payload", payload);
        return message;
    }

    private ObjectNode record(Class<?> type) {
        ObjectNode schema = object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            ObjectNode property = type(component.getGenericType());
            Default byDefault = component.getAnnotation(Default.class);
            if (byDefault != null) {
                JsonNode value = Json.parse(byDefault.value().getBytes(StandardCharsets.UTF_8));
                if (property.has("$ref")) {
                    ObjectNode both = object();
                    both.putArray("allOf").add(property);
                    property = both;
                }
                property.set("default", value);
            } else if (!component.isAnnotationPresent(MayBeAbsent.class)) {
                schema.withArray("required").add(component.getName());
            }
            properties.set(component.getName(), property);
        }
        return schema;
    }

    private ObjectNode type(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                ObjectNode list = object().put("type", "array");
                list.set("items", type(arguments[0]));
                return list;
            }
            ObjectNode map = object().put("type", "object");
            map.set("additionalProperties", type(arguments[1]));
            return map;
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            if (!schemas.containsKey(plain.getSimpleName())) {
                schemas.put(plain.getSimpleName(), object()); // it may hold itself
                schemas.put(plain.getSimpleName(), record(plain));
            }
            return object().put("$ref", "#/components/schemas/" + plain.getSimpleName());
        }
        return scalar(plain);
    }

    private static ObjectNode scalar(Class<?> type) {
        ObjectNode schema = object();
        if (type.isEnum()) {
            schema.put("type", "string");
            Arrays.stream(type.getEnumConstants())
                    .forEach(constant -> schema.withArray("enum").add(Json.tree(constant)));
        } else if (type == RunState.class) {
            schema.put("type", "string");
            STATES.forEach(state -> schema.withArray("enum").add(RunState.of(state).text()));
        } else if (type == String.class) {
            schema.put("type", "string");
        } else if (type == Instant.class) {
            schema.put("type", "string").put("format", "date-time");
        } else if (type == boolean.class || type == Boolean.class) {
            schema.put("type", "boolean");
        } else if (type == double.class || type == Double.class) {
            schema.put("type", "number");
        } else if (type == int.class
                || type == long.class
                || type == Integer.class
                || type == Long.class) {
            schema.put("type", "integer");
        } else {
            throw new IllegalArgumentException("how is " + type + " written? Say it here");
        }
        return schema;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
