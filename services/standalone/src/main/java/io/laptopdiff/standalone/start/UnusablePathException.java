package io.laptopdiff.standalone.start;

/** A path that was given cannot be used; the message says which, why and what to do. */
public final class UnusablePathException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnusablePathException(String message, Throwable cause) {
        super(message, cause);
    }
}
