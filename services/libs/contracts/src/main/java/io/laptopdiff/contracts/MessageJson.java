package io.laptopdiff.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Messages as JSON objects whose "type" says which record they are. */
public final class MessageJson {
    /**
     * The version of the schema, raised when a reader of the old version would misunderstand the
     * new one.
     */
    public static final int SCHEMA_VERSION = 1;

    /** Every message there is, as {@link Message} permits them. */
    public static final List<Class<? extends Record>> TYPES =
            typesOf(Message.class).map(MessageJson::asRecord).toList();

    private static final Map<String, Class<? extends Record>> BY_NAME =
            TYPES.stream().collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

    private MessageJson() {}

    private static Stream<Class<?>> typesOf(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(MessageJson::typesOf)
                : Stream.of(type);
    }

    private static Class<? extends Record> asRecord(Class<?> type) {
        return type.asSubclass(Record.class);
    }

    public static JsonNode tree(Message message) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", message.getClass().getSimpleName());
        node.put("schemaVersion", SCHEMA_VERSION);
        node.put("id", message.id());
        node.setAll((ObjectNode) Json.tree(message));
        return node;
    }

    /** Returns what every message that is written here begins with. */
    public static String head(Message message) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", message.getClass().getSimpleName());
        node.put("schemaVersion", SCHEMA_VERSION);
        node.put("id", message.id());
        String alone = node.toString();
        return alone.substring(0, alone.length() - 1) + ",";
    }

    public static byte[] write(Message message) {
        return tree(message).toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a message. Unknown fields are tolerated, for a newer writer may add some; the id is
     * derived again.
     *
     * @throws InvalidMessageException naming the field, its value and the rule it breaks
     */
    public static Message read(byte[] json) {
        return read(Json.parse(json));
    }

    /**
     * Reads one from a tree.
     *
     * @throws InvalidMessageException as {@link #read(byte[])}
     */
    public static Message read(JsonNode tree) {
        if (!tree.isObject()) {
            throw new InvalidMessageException("", tree, "it must be a JSON object");
        }
        Class<? extends Record> type = type(tree.path("type"));
        requireVersion(tree.path("schemaVersion"));
        return (Message) Json.read(tree, type);
    }

    /**
     * Reads the message that is expected here.
     *
     * @throws InvalidMessageException if it is another message, too
     */
    public static <T extends Message> T read(byte[] json, Class<T> expected) {
        Message message = read(json);
        if (!expected.isInstance(message)) {
            throw new InvalidMessageException(
                    "type",
                    "'" + message.getClass().getSimpleName() + "'",
                    "a " + expected.getSimpleName() + " is expected here");
        }
        return expected.cast(message);
    }

    private static Class<? extends Record> type(JsonNode name) {
        Class<? extends Record> type = BY_NAME.get(name.asText());
        if (type == null) {
            throw new InvalidMessageException(
                    "type",
                    name.isMissingNode() ? "absent" : name,
                    "it must be one of " + BY_NAME.keySet().stream().sorted().toList());
        }
        return type;
    }

    private static void requireVersion(JsonNode version) {
        if (!version.isInt() || version.intValue() < 1 || version.intValue() > SCHEMA_VERSION) {
            throw new InvalidMessageException(
                    "schemaVersion",
                    version.isMissingNode() ? "absent" : version,
                    "this reader knows 1 to "
                            + SCHEMA_VERSION
                            + "; a newer message needs a newer reader");
        }
    }
}
