package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.common.WholeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes safetensors files whole or not at all: a temporary file in the same directory, synced,
 * then moved.
 */
public final class SafetensorsWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int AT_ONCE = 1 << 22;

    private SafetensorsWriter() {}

    /**
     * Writes FLOAT32 arrays as {@code type}, other arrays in their own type.
     *
     * @param file the target; replaced if it exists
     * @param tensors name to array, written in the map's order
     * @param type the element type for FLOAT32 arrays: F32, F16 or BF16
     * @param metadata free-form strings for the header
     * @throws IOException if the disk refuses; then no file, or the former one, is left
     */
    public static void write(
            Path file, Map<String, NDArray> tensors, TensorType type, Map<String, String> metadata)
            throws IOException {
        WholeFiles.write(
                file,
                part -> {
                    try (FileChannel channel =
                            FileChannel.open(
                                    part,
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.CREATE_NEW)) {
                        writeFully(channel, ByteBuffer.wrap(header(tensors, type, metadata)));
                        for (NDArray array : tensors.values()) {
                            writeFully(channel, bytes(array, type));
                        }
                    }
                });
    }

    private static byte[] header(
            Map<String, NDArray> tensors, TensorType type, Map<String, String> metadata) {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject("__metadata__");
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
            NDArray array = tensor.getValue();
            TensorType stored = typeOf(tensor.getKey(), array, type);
            long bytes = array.getShape().size() * stored.bytes();
            ObjectNode node = header.putObject(tensor.getKey());
            node.put("dtype", stored.name());
            ArrayNode shape = node.putArray("shape");
            for (long dim : array.getShape().getShape()) {
                shape.add(dim);
            }
            node.putArray("data_offsets").add(offset).add(offset + bytes);
            offset += bytes;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded =
                (json.length + 7)
                        / 8
                        * 8; // the tensors begin at a multiple of 8 bytes, as the format asks
        byte[] out = Arrays.copyOf(new byte[8], 8 + padded);
        ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        Arrays.fill(out, 8 + json.length, out.length, (byte) ' ');
        return out;
    }

    private static TensorType typeOf(String name, NDArray array, TensorType forFloats) {
        DataType type = array.getDataType();
        if (type == DataType.FLOAT32) {
            return forFloats;
        }
        for (TensorType candidate : TensorType.values()) {
            if (candidate != TensorType.BF16 && candidate.carrier() == type) {
                return candidate;
            }
        }
        throw new IllegalArgumentException(
                "Tensor '" + name + "' of type " + type + " has no safetensors type");
    }

    private static ByteBuffer bytes(NDArray array, TensorType type) {
        if (array.getDataType() == DataType.FLOAT32 && type == TensorType.BF16) {
            return Bfloat16.fromFloat32(array.toByteBuffer());
        }
        if (array.getDataType() == DataType.FLOAT32 && type == TensorType.F16) {
            try (NDArray half = array.toType(DataType.FLOAT16, true)) {
                return half.toByteBuffer();
            }
        }
        return array.toByteBuffer();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            // Java copies each piece to memory outside of its heap, and keeps that for the next
            int piece = Math.min(AT_ONCE, bytes.remaining());
            int written = channel.write(bytes.slice(bytes.position(), piece));
            bytes.position(bytes.position() + written);
        }
    }
}
