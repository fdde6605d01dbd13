package io.laptopdiff.diffusion.device;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Function;
import com.sun.jna.Platform;

/**
 * Memory that was freed and is not given back: the C library's, from which PyTorch takes what small
 * and middle-sized tensors need, and PyTorch's own cache of each GPU's.
 */
public final class NativeHeap {

    private NativeHeap() {}

    /**
     * Gives back to the system what was freed. Reading a checkpoint of a billion parameters leaves
     * holes of half a gigabyte, which nothing of the same size fills later; and what PyTorch keeps
     * of a GPU counts as taken when the next job is held against {@link MemoryLimit}. Does nothing
     * where there is no such call.
     */
    public static void trim() {
        trim(Engine.getEngine(Devices.ENGINE).getGpuCount(), JniUtils::emptyCudaCache);
    }

    /**
     * @param gpus how many the engine sees
     * @param cache empties that of all GPUs
     */
    static void trim(int gpus, Runnable cache) {
        if (gpus > 0) {
            cache.run();
        }
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
