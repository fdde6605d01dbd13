package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;

/** The header of a safetensors file, checked against the file's size before any tensor is read. */
final class SafetensorsHeader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER_BYTES =
            100_000_000; // the bound of the safetensors library itself
    private static final String DAMAGED =
            "Copy or download the file again; it is damaged or was cut off.";

    private SafetensorsHeader() {}

    /**
     * Reads the header whole.
     *
     * @param tensors receives the tensors in their order
     * @param metadata receives the free-form metadata
     * @throws CheckpointException if it is no header of a safetensors file
     */
    static void read(
            Path file,
            FileChannel channel,
            Map<String, TensorEntry> tensors,
            Map<String, String> metadata)
            throws IOException {
        if (LfsPointer.isOne(file)) {
            throw LfsPointer.refusal(file);
        }
        long size = channel.size();
        if (size < 8) {
            throw new CheckpointException(
                    "The file has " + size + " bytes, fewer than a header", file, "", DAMAGED);
        }
        long headerBytes = read(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || 8 + headerBytes > size) {
            throw new CheckpointException(
                    "The header claims " + headerBytes + " bytes in a file of " + size,
                    file,
                    "",
                    DAMAGED);
        }
        JsonNode header;
        try {
            header = JSON.readTree(read(channel, 8, (int) headerBytes).array());
        } catch (JsonProcessingException e) {
            throw new CheckpointException("The header is not JSON", file, "", DAMAGED);
        }
        if (header == null || !header.isObject()) {
            throw new CheckpointException("The header is not a JSON object", file, "", DAMAGED);
        }
        long data = 8 + headerBytes;
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (field.getKey().equals("__metadata__")) {
                field.getValue()
                        .properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                tensors.put(
                        field.getKey(), entry(file, field.getKey(), field.getValue(), data, size));
            }
        }
    }

    private static TensorEntry entry(
            Path file, String name, JsonNode node, long data, long fileBytes) {
        String dtype = node.path("dtype").asText();
        TensorType type;
        try {
            type = TensorType.valueOf(dtype);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(
                    "Element type '" + dtype + "' is not supported",
                    file,
                    name,
                    "Convert the tensor to one of F32, F16, BF16.");
        }
        JsonNode dims = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!dims.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new CheckpointException(
                    "The tensor's header entry is incomplete", file, name, DAMAGED);
        }
        long[] shape = new long[dims.size()];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dims.get(i).asLong(-1);
            if (shape[i] < 0 || (shape[i] > 0 && elements > Long.MAX_VALUE / 8 / shape[i])) {
                throw new CheckpointException(
                        "The tensor has an impossible shape", file, name, DAMAGED);
            }
            elements *= shape[i];
        }
        long begin = offsets.get(0).asLong(-1);
        long bytes = offsets.get(1).asLong(-1) - begin;
        if (begin < 0 || bytes != elements * type.bytes()) {
            throw new CheckpointException(
                    "The tensor's offsets do not fit its shape " + new Shape(shape),
                    file,
                    name,
                    DAMAGED);
        }
        if (begin > fileBytes - data - bytes) { // their sum could overflow
            throw new CheckpointException(
                    "The file ends at byte " + fileBytes + ", inside the tensor",
                    file,
                    name,
                    DAMAGED);
        }
        return new TensorEntry(name, type, new Shape(shape), data + begin, bytes);
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        SafetensorsFile.fill(channel, position, buffer);
        return buffer.flip();
    }
}
