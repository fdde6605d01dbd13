package io.laptopdiff.diffusion.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A buffer off the heap that one tensor after the other uses: memory made for each would be freed
 * when the collector comes by, which may be gigabytes later.
 */
final class Scratch {

    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    ByteBuffer of(long bytes) {
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
        }
        return buffer.clear().limit((int) bytes).order(ByteOrder.nativeOrder());
    }
}
