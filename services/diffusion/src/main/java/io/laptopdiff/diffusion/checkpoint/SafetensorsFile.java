package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file, read by memory map: a tensor's bytes go from the page cache to PyTorch
 * without a copy in the Java heap. The header is checked whole before any tensor is read.
 */
public final class SafetensorsFile implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER_BYTES =
            100_000_000; // the bound of the safetensors library itself
    private static final String DAMAGED =
            "Copy or download the file again; it is damaged or was cut off.";

    private final Path file;
    private final FileChannel channel;
    private final Scratch stored = new Scratch();
    private final Scratch widened = new Scratch();
    private final Map<String, TensorEntry> tensors;
    private final Map<String, String> metadata;

    private SafetensorsFile(
            Path file,
            FileChannel channel,
            Map<String, TensorEntry> tensors,
            Map<String, String> metadata) {
        this.file = file;
        this.channel = channel;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws CheckpointException if it is missing, is no safetensors file, is cut off, or has an
     *     element type that this project does not read
     */
    public static SafetensorsFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "No such safetensors file",
                    file,
                    "",
                    "Check the path and that the checkpoint is complete.");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            Map<String, TensorEntry> tensors = new LinkedHashMap<>();
            Map<String, String> metadata = new LinkedHashMap<>();
            readHeader(file, channel, tensors, metadata);
            return new SafetensorsFile(file, channel, tensors, metadata);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new CheckpointException(
                    "The file cannot be read: " + e.getMessage(),
                    file,
                    "",
                    "Check its permissions and the disk.");
        } catch (CheckpointException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static void readHeader(
            Path file,
            FileChannel channel,
            Map<String, TensorEntry> tensors,
            Map<String, String> metadata)
            throws IOException {
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
        fill(channel, position, buffer);
        return buffer.flip();
    }

    private static void fill(FileChannel channel, long position, ByteBuffer buffer)
            throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file ends early");
            }
        }
    }

    /** The tensors in the order of the header. */
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    /** The free-form metadata; empty where the file has none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The file on disk. */
    public Path file() {
        return file;
    }

    /**
     * Reads a tensor in its stored type (BF16 as FLOAT32).
     *
     * @return an array of the tensor's shape that belongs to {@code manager} and no longer depends
     *     on the file
     * @throws CheckpointException if the file has no such tensor, or it has 2 GiB or more
     */
    public synchronized NDArray read(String name, NDManager manager) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw new CheckpointException(
                    "The tensor is missing",
                    file,
                    name,
                    "Check that the checkpoint belongs to this model.");
        }
        if (entry.sizeBytes() == 0) {
            return manager.create(entry.shape(), entry.type().carrier());
        }
        if (entry.type() == TensorType.BF16) {
            ByteBuffer bits = bytes(entry);
            return Bfloat16.toFloat32(
                    bits, widened.of(2L * bits.remaining()), entry.shape(), manager);
        }
        try (NDArray shared = manager.create(bytes(entry), entry.shape(), entry.type().carrier())) {
            return shared.duplicate();
        }
    }

    /**
     * Reads a tensor as FLOAT32.
     *
     * @throws CheckpointException if the file has no such tensor, or it holds NaN or infinity
     */
    public NDArray readFloat32(String name, NDManager manager) {
        NDArray array = read(name, manager);
        if (array.getDataType() != DataType.FLOAT32) {
            try (NDArray stored = array) {
                array = stored.toType(DataType.FLOAT32, true);
            }
        }
        if (!Finite.isFinite(array)) {
            array.close();
            throw new CheckpointException(
                    "The tensor holds NaN or infinity",
                    file,
                    name,
                    "The checkpoint is broken or was converted with overflow; get it anew, as fp32 or bf16.");
        }
        return array;
    }

    /**
     * The tensor's bytes, until the next is read. They are read rather than mapped: pages of a
     * mapped file count as this process's memory until the collector finds the mapping.
     */
    private ByteBuffer bytes(TensorEntry entry) {
        if (entry.sizeBytes() > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    "The tensor has "
                            + entry.sizeBytes()
                            + " bytes, and Java reads less than 2 GiB",
                    file,
                    entry.name(),
                    "Convert the tensor to F16 or BF16; no Stable Diffusion model has one so large.");
        }
        ByteBuffer buffer = stored.of(entry.sizeBytes());
        try {
            fill(channel, entry.offsetBytes(), buffer);
        } catch (IOException e) {
            throw new CheckpointException(
                    "The tensor cannot be read: " + e.getMessage(),
                    file,
                    entry.name(),
                    "Check the disk and limits.");
        }
        return buffer.flip();
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // The first failure is the one to report.
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
