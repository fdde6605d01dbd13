package io.laptopdiff.diffusion.fabrication;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Streams random tensors into a safetensors file; no tensor is ever in memory as a whole. */
final class ShardWriter {

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final long seed;

    ShardWriter(long seed) {
        this.seed = seed;
    }

    /**
     * Writes one file and has the disk confirm it.
     *
     * @param part of the pipeline, so that two parts with tensors of one name differ
     * @throws IOException if the disk refuses; a part of the file may be left
     */
    void write(Path directory, String part, Shard shard) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve(shard.file()),
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW)) {
            writeFully(channel, ByteBuffer.wrap(shard.header()));
            ElementEncoding encoding = ElementEncoding.of(shard.type());
            for (Map.Entry<String, Shape> tensor : shard.tensors().entrySet()) {
                String name = part + "/" + tensor.getKey();
                write(
                        channel,
                        new RandomTensor(name, tensor.getValue(), seed),
                        encoding,
                        shard.type().bytes());
            }
            channel.force(true);
        }
    }

    private void write(
            FileChannel channel, RandomTensor tensor, ElementEncoding encoding, int elementBytes)
            throws IOException {
        long next = 0;
        while (next < tensor.size()) {
            long end = Math.min(tensor.size(), next + buffer.capacity() / elementBytes);
            buffer.clear();
            for (; next < end; next++) {
                encoding.put(buffer, tensor.value(next));
            }
            writeFully(channel, buffer.flip());
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
