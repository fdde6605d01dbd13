package io.laptopdiff.gateway.runs;

/** Thrown where something is not there yet that will be in a while; trying again helps. */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotReadyException(String what, Throwable cause) {
        super(what, cause);
    }
}
