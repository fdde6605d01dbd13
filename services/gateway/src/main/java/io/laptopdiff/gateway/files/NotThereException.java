package io.laptopdiff.gateway.files;

/** The run has no such file, or not yet. */
public final class NotThereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotThereException(String what) {
        super(what);
    }
}
