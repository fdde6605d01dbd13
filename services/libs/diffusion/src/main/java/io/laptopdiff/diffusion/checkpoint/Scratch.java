package io.laptopdiff.diffusion.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory off the heap for one tensor after the other: what is made for each is freed when the
 * collector comes by, which may be gigabytes later.
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
