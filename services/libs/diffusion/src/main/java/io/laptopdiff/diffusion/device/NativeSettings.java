package io.laptopdiff.diffusion.device;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.util.Map;

/**
 * The settings that PyTorch's libraries and the C library under them are told before they are first
 * used. They read their environment themselves, and Java's own view of it does not reach them.
 */
public final class NativeSettings {

    /**
     * The variables that are set. Pages of 2 MB for large tensors: activations come and go by
     * hundreds of megabytes a pass, and with pages of 4 KB a tenth of a pass goes into asking the
     * system for them anew. And no warnings: NNPACK repeats "Unsupported hardware" at every
     * convolution on some machines.
     */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("THP_MEM_ALLOC_ENABLE", "1", "TORCH_CPP_LOG_LEVEL", "ERROR");

    private static final int KEEP = 0;

    /**
     * The settings of the C library by which freed memory stays with the process and in one place,
     * from which the next activation of the same size is taken. Given back to the system and taken
     * anew it costs a twentieth of a pass, since the system clears every page of it. What a job
     * leaves is given back at its end, by {@link NativeHeap#trim}.
     */
    private static final int TRIM_THRESHOLD = -1;

    private static final int MMAP_MAX = -4;
    private static final int ARENA_MAX = -8;

    private NativeSettings() {}

    /**
     * Sets them for this process, where its environment says nothing else. This has no effect after
     * the first tensor, and where the system has no such settings.
     */
    public static void apply() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            Function setenv = Function.getFunction("c", "setenv");
            ENVIRONMENT.forEach(
                    (name, value) -> setenv.invokeInt(new Object[] {name, value, KEEP}));
            Function mallopt = Function.getFunction("c", "mallopt");
            mallopt.invokeInt(new Object[] {TRIM_THRESHOLD, Integer.MAX_VALUE});
            mallopt.invokeInt(new Object[] {MMAP_MAX, 0});
            mallopt.invokeInt(new Object[] {ARENA_MAX, 1});
        } catch (UnsatisfiedLinkError noSuchLibrary) {
            // a little slower, and nothing else
        }
    }
}
