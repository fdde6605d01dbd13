package io.laptopdiff.distillation.loss;

/** A term of the loss is NaN or infinite; the message lists the terms. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteLossException(String terms) {
        super(terms);
    }
}
