package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file, read tensor by tensor through one direct buffer that is used again: a
 * tensor's bytes go to PyTorch without a copy in the Java heap. The header is checked whole before
 * any tensor is read.
 */
public final class SafetensorsFile implements AutoCloseable {

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
            SafetensorsHeader.read(file, channel, tensors, metadata);
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

    /** Copies the tensor's bytes as they lie in the file. */
    synchronized void copy(TensorEntry entry, WritableByteChannel target) throws IOException {
        long done = 0;
        while (done < entry.sizeBytes()) {
            long moved =
                    channel.transferTo(
                            entry.offsetBytes() + done, entry.sizeBytes() - done, target);
            if (moved <= 0) {
                throw new IOException(file + " ends early");
            }
            done += moved;
        }
    }

    static void fill(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
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
    public NDArray read(String name, NDManager manager) {
        return read(entry(name), manager);
    }

    private TensorEntry entry(String name) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw new CheckpointException(
                    "The tensor is missing",
                    file,
                    name,
                    "Check that the checkpoint belongs to this model.");
        }
        return entry;
    }

    /**
     * Reads, as the other {@code read} does, bytes of this file that are a tensor or a part of one.
     */
    synchronized NDArray read(TensorEntry entry, NDManager manager) {
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
        return readFloat32(entry(name), manager);
    }

    /** Reads, as the other {@code readFloat32} does, bytes of this file that stand for a tensor. */
    NDArray readFloat32(TensorEntry entry, NDManager manager) {
        NDArray array = read(entry, manager);
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
                    entry.name(),
                    "The checkpoint is broken or was converted with overflow; get it anew, as fp32 or bf16.");
        }
        return array;
    }

    /**
     * Reads the tensor's bytes, which are good until the next is read. They are read rather than
     * mapped: pages of a mapped file count as this process's memory until the collector finds the
     * mapping.
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
