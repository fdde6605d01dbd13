package io.laptopdiff.diffusion.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Copies a file of a model's directory; where it leads to a single file of a whole model, the part
 * alone is written, in the diffusers layout and the stored element types.
 */
public final class CheckpointCopy {

    private static final ObjectMapper JSON = new ObjectMapper();

    private CheckpointCopy() {}

    /**
     * Copies one file.
     *
     * @param file in the directory of its part
     * @param copy must not exist yet
     * @throws IOException if the disk refuses
     */
    public static void copy(Path file, Path copy) throws IOException {
        // Copied as a path, it would keep the access rights that the original has.
        try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.CREATE_NEW)) {
            if (!leadsToWholeModel(file)) {
                Files.copy(file, out);
                return;
            }
            try (SafetensorsFile whole = SafetensorsFile.open(file)) {
                write(OriginalLayout.tensors(file.getParent(), whole), Channels.newChannel(out));
            }
        }
    }

    /**
     * Computes how many bytes a copy has.
     *
     * @throws IOException if the disk refuses
     */
    public static long sizeBytes(Path file) throws IOException {
        if (!leadsToWholeModel(file)) {
            return Files.size(file);
        }
        try (SafetensorsFile whole = SafetensorsFile.open(file)) {
            Map<String, StoredTensor> tensors = OriginalLayout.tensors(file.getParent(), whole);
            long bytes = header(tensors).remaining();
            for (StoredTensor tensor : tensors.values()) {
                bytes += tensor.entry().sizeBytes();
            }
            return bytes;
        }
    }

    /** Returns whether a file is a link to a whole model; only links are opened to see. */
    private static boolean leadsToWholeModel(Path file) {
        if (!Files.isSymbolicLink(file) || !file.toString().endsWith(".safetensors")) {
            return false;
        }
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            return OriginalLayout.isOne(opened);
        } catch (CheckpointException e) {
            return false; // a part that nobody reads, such as a safety checker, is copied as it is
        }
    }

    private static void write(Map<String, StoredTensor> tensors, WritableByteChannel out)
            throws IOException {
        ByteBuffer header = header(tensors);
        while (header.hasRemaining()) {
            out.write(header);
        }
        for (StoredTensor tensor : tensors.values()) {
            tensor.copy(out);
        }
    }

    private static ByteBuffer header(Map<String, StoredTensor> tensors) {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
            TensorEntry entry = tensor.getValue().entry();
            ObjectNode node = header.putObject(tensor.getKey());
            node.put("dtype", entry.type().name());
            ArrayNode shape = node.putArray("shape");
            for (long dimension : tensor.getValue().shape().getShape()) {
                shape.add(dimension);
            }
            node.putArray("data_offsets").add(offset).add(offset + entry.sizeBytes());
            offset += entry.sizeBytes();
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8; // the format asks for a multiple of 8 bytes
        ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }
}
