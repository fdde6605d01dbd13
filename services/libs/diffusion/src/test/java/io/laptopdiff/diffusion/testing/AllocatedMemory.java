package io.laptopdiff.diffusion.testing;

import com.sun.jna.Function;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/**
 * What this process has taken from the C library and not given back: PyTorch's tensors, direct
 * buffers, and some of the virtual machine's own. Unlike resident memory it knows no holes and no
 * compiled code, and so can tell a leak of kilobytes.
 */
public final class AllocatedMemory {

    private static final long UNSIGNED_INT = 0xffffffffL;

    private AllocatedMemory() {}

    /**
     * Bytes after a garbage collection. From a C library before 2.33 they come modulo 4 GB.
     *
     * @throws UnsatisfiedLinkError if the C library is not glibc
     */
    public static long bytes() {
        System.gc(); // closes what only the collector knows to be unreachable
        try {
            Wide info =
                    (Wide) Function.getFunction("c", "mallinfo2").invoke(Wide.class, new Object[0]);
            return info.uordblks + info.hblkhd;
        } catch (UnsatisfiedLinkError older) {
            Narrow info =
                    (Narrow)
                            Function.getFunction("c", "mallinfo")
                                    .invoke(Narrow.class, new Object[0]);
            return (info.uordblks & UNSIGNED_INT) + (info.hblkhd & UNSIGNED_INT);
        }
    }

    /** The C library's {@code struct mallinfo2}: {@code size_t} each, by its names. */
    @FieldOrder({
        "arena", "ordblks", "smblks", "hblks", "hblkhd",
        "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
    })
    public static final class Wide extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    /** The older {@code struct mallinfo}: {@code int} each. */
    @FieldOrder({
        "arena", "ordblks", "smblks", "hblks", "hblkhd",
        "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
    })
    public static final class Narrow extends Structure implements Structure.ByValue {
        public int arena;
        public int ordblks;
        public int smblks;
        public int hblks;
        public int hblkhd;
        public int usmblks;
        public int fsmblks;
        public int uordblks;
        public int fordblks;
        public int keepcost;
    }
}
