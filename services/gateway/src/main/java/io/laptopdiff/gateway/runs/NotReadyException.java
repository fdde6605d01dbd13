package io.laptopdiff.gateway.runs;

/** Something that will be there in a while is not there yet; trying again helps. */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotReadyException(String what, Throwable cause) {
        super(what, cause);
    }
}
