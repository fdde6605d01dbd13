package io.laptopdiff.gateway.files;

/** A range of bytes lies beyond the end of a file. */
public final class UnsatisfiableRangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long length;

    UnsatisfiableRangeException(String range, long length) {
        super("'" + range + "' is no range within the " + length + " bytes of the file");
        this.length = length;
    }

    public long length() {
        return length;
    }
}
