package io.laptopdiff.diffusion.device;

import com.sun.jna.Function;
import com.sun.jna.Platform;

/**
 * Pages of 2 MB for PyTorch's large tensors on Linux: activations come and go by hundreds of
 * megabytes a pass, and with pages of 4 KB a tenth of a pass goes into asking the system for them
 * anew.
 */
public final class HugePages {

    /** PyTorch's own switch, which it reads when it makes its first tensor. */
    private static final String SWITCH = "THP_MEM_ALLOC_ENABLE";

    private static final int KEEP = 0;

    private HugePages() {}

    /**
     * Turns them on for this process, unless its environment says otherwise. Of no effect after the
     * first tensor, and where the system has none.
     */
    public static void ask() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            // Java's own view of the environment does not reach the native libraries.
            Function.getFunction("c", "setenv").invokeInt(new Object[] {SWITCH, "1", KEEP});
        } catch (UnsatisfiedLinkError noSuchLibrary) {
            // a little slower, and nothing else
        }
    }
}
