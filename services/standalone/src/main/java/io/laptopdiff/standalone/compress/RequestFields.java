package io.laptopdiff.standalone.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.Json;
import java.util.List;

/** A request while options are laid over it; what is wrong with it is found when it is read. */
final class RequestFields {

    private final ObjectNode root;

    RequestFields(ObjectNode root) {
        this.root = root;
    }

    ObjectNode root() {
        return root;
    }

    /**
     * Lays a value over a field; null, an option that was not given, changes nothing.
     *
     * @param path such as "distillation.steps"
     */
    void set(String path, Object value) {
        ObjectNode parent = value == null ? null : parent(path);
        if (parent != null) {
            parent.set(last(path), Json.tree(value));
        }
    }

    /** Fills a field that the request does not have yet. */
    void setIfAbsent(String path, Object value) {
        if (!has(path)) {
            set(path, value);
        }
    }

    void remove(String path) {
        ObjectNode parent = parent(path);
        if (parent != null) {
            parent.remove(last(path));
        }
    }

    boolean has(String path) {
        JsonNode node = at(path);
        return !node.isMissingNode() && !node.isNull();
    }

    /** Returns whether nothing but an object stands where the field would go. */
    boolean canHold(String path) {
        return parent(path) != null;
    }

    JsonNode at(String path) {
        return root.at("/" + path.replace('.', '/'));
    }

    /** The array of that field, made if it is not there; null if something else stands there. */
    ArrayNode list(String path, List<?> atFirst) {
        setIfAbsent(path, atFirst);
        return at(path) instanceof ArrayNode array ? array : null;
    }

    /**
     * Returns the object that holds a field; null where no object stands: reading the request will
     * name that field.
     */
    private ObjectNode parent(String path) {
        ObjectNode node = root;
        String[] names = path.split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode child = node.get(names[i]);
            if (child == null || child.isNull()) {
                child = node.set(names[i], JsonNodeFactory.instance.objectNode()).get(names[i]);
            }
            if (!(child instanceof ObjectNode object)) {
                return null;
            }
            node = object;
        }
        return node;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
