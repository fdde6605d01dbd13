package io.laptopdiff.diffusion.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The place where the content of an entry lies.
 *
 * @param shard the tar file as the request names it
 * @param file the same, unpacked where it is compressed
 * @param name of the entry
 * @param offset of the content in the file, in bytes
 * @param length in bytes
 */
record TarSlice(Path shard, Path file, String name, long offset, long length)
        implements Caption.Source {

    @Override
    public String where() {
        return shard + "!" + name;
    }

    @Override
    public byte[] content() {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(length));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new EOFException("it ends within " + name);
                }
            }
            return buffer.array();
        } catch (IOException | ArithmeticException e) {
            throw new DatasetException(
                    "The tar file cannot be read: " + e.getMessage(),
                    shard,
                    "Copy it again; it must not change while it is trained on.");
        }
    }
}
