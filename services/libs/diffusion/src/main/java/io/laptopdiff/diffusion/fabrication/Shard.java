package io.laptopdiff.diffusion.fabrication;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One safetensors file to be written.
 *
 * @param file its name
 * @param tensors name to shape, in the file's order
 * @param type element type of every tensor
 */
record Shard(String file, Map<String, Shape> tensors, TensorType type) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Cuts a model as Hugging Face does: tensors in their order, a new file where the next one
     * would make the last too large. A larger tensor has a file of its own.
     *
     * @param baseName {@code diffusion_pytorch_model} or {@code model}
     */
    static List<Shard> cut(
            String baseName, Map<String, Shape> tensors, TensorType type, ShardSize most) {
        List<Map<String, Shape>> groups = new ArrayList<>();
        long filled = 0;
        for (Map.Entry<String, Shape> tensor : tensors.entrySet()) {
            long bytes = sizeBytes(tensor.getValue(), type);
            if (groups.isEmpty() || bytes > most.bytes() - filled) {
                groups.add(new LinkedHashMap<>());
                filled = 0;
            }
            groups.get(groups.size() - 1).put(tensor.getKey(), tensor.getValue());
            filled += bytes;
        }
        List<Shard> shards = new ArrayList<>();
        for (Map<String, Shape> group : groups) {
            String number =
                    String.format(Locale.ROOT, "-%05d-of-%05d", shards.size() + 1, groups.size());
            String file = baseName + (groups.size() == 1 ? "" : number) + ".safetensors";
            shards.add(new Shard(file, group, type));
        }
        return shards;
    }

    private static long sizeBytes(Shape shape, TensorType type) {
        return Math.multiplyExact(shape.size(), (long) type.bytes());
    }

    /** Returns the bytes of the tensors alone. */
    long tensorBytes() {
        return tensors.values().stream()
                .mapToLong(shape -> sizeBytes(shape, type))
                .reduce(0, Math::addExact);
    }

    /** The file's beginning: the length of the JSON, and the JSON with every tensor's place. */
    byte[] header() {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, Shape> tensor : tensors.entrySet()) {
            ObjectNode node = header.putObject(tensor.getKey()).put("dtype", type.name());
            ArrayNode shape = node.putArray("shape");
            Arrays.stream(tensor.getValue().getShape()).forEach(shape::add);
            long end = offset + sizeBytes(tensor.getValue(), type);
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8; // the format asks for tensors at multiples of 8
        byte[] out = new byte[8 + padded];
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        Arrays.fill(out, 8 + json.length, out.length, (byte) ' ');
        return out;
    }
}
