package io.laptopdiff.diffusion.device;

import com.sun.jna.Function;
import com.sun.jna.Platform;

/** The C library's memory, from which PyTorch takes what small and middle-sized tensors need. */
public final class NativeHeap {

    private NativeHeap() {}

    /**
     * Gives back to the system what was freed. Reading a checkpoint of a billion parameters leaves
     * holes of half a gigabyte, which nothing of the same size fills later. Does nothing where the
     * C library has no such call.
     */
    public static void trim() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
        } catch (UnsatisfiedLinkError notGlibc) {
            // musl has no such call, and gives memory back by itself
        }
    }
}
