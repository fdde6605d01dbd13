package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/**
 * Converts bfloat16 bits to and from FLOAT32, off the Java heap. DJL's PyTorch engine can hold
 * neither bfloat16 nor int16, so the bits never become an array of their own.
 */
final class Bfloat16 {

    private Bfloat16() {}

    /**
     * @param bits little-endian bfloat16
     * @param wide of twice as many bytes; free again when this returns
     * @return the same numbers as FLOAT32, owned by {@code manager}
     */
    static NDArray toFloat32(ByteBuffer bits, ByteBuffer wide, Shape shape, NDManager manager) {
        ShortBuffer from = bits.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        IntBuffer to = wide.asIntBuffer();
        for (int i = 0, n = from.remaining(); i < n; i++) {
            to.put(i, from.get(i) << 16);
        }
        try (NDArray borrowed = manager.create(wide, shape, DataType.FLOAT32)) {
            return borrowed.duplicate(); // into PyTorch's own memory
        }
    }

    /** Converts FLOAT32 little-endian bytes to bfloat16, rounded to nearest even; NaN stays NaN. */
    static ByteBuffer fromFloat32(ByteBuffer floats) {
        IntBuffer from = floats.order(ByteOrder.nativeOrder()).asIntBuffer();
        ByteBuffer narrow = direct(from.remaining() * 2L);
        ShortBuffer to = narrow.asShortBuffer();
        for (int i = 0, n = from.remaining(); i < n; i++) {
            int bits = from.get(i);
            boolean nan = (bits & 0x7fffffff) > 0x7f800000;
            to.put(
                    i,
                    (short)
                            (nan
                                    ? (bits >>> 16) | 0x40
                                    : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
        }
        return narrow;
    }

    private static ByteBuffer direct(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
}
