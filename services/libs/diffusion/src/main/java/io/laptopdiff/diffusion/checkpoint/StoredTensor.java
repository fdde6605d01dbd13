package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/**
 * The place of a model's tensor: which file it lies in, and at which bytes of it.
 *
 * @param file that holds it
 * @param entry the bytes with the shape that they have there; its name is that of the file
 * @param transposed whether the model has the matrix the other way round, as open_clip's projection
 *     is
 */
record StoredTensor(SafetensorsFile file, TensorEntry entry, boolean transposed) {

    static StoredTensor of(SafetensorsFile file, TensorEntry entry) {
        return new StoredTensor(file, entry, false);
    }

    /** Returns the shape that the model has for the tensor. */
    Shape shape() {
        Shape stored = entry.shape();
        return transposed ? new Shape(stored.get(1), stored.get(0)) : stored;
    }

    /**
     * Reads the tensor in the shape that the model has for it.
     *
     * @return FLOAT32, owned by the manager
     * @throws CheckpointException if it holds NaN or infinity, or cannot be read
     */
    NDArray readFloat32(NDManager manager) {
        NDArray array = file.readFloat32(entry, manager);
        if (!transposed) {
            return array;
        }
        try (NDArray stored = array;
                NDArray view = stored.transpose()) {
            return view.duplicate();
        }
    }

    /** Copies the tensor's bytes as the model has them, in the stored element type. */
    void copy(WritableByteChannel target) throws IOException {
        if (!transposed) {
            file.copy(entry, target);
            return;
        }
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        file.copy(entry, Channels.newChannel(stored));
        byte[] from = stored.toByteArray();
        byte[] to = new byte[from.length];
        int size = entry.type().bytes();
        int rows = Math.toIntExact(entry.shape().get(0));
        int columns = Math.toIntExact(entry.shape().get(1));
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                System.arraycopy(
                        from,
                        (row * columns + column) * size,
                        to,
                        (column * rows + row) * size,
                        size);
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(to);
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }
}
