package io.laptopdiff.diffusion.dataset;

/** One image cannot be used; the others of its data set may. */
public final class UnusableImageException extends DatasetException {

    private static final long serialVersionUID = 1L;

    private final Unusable reason;

    UnusableImageException(Unusable reason, String what, String where, String howToFix) {
        super(what, where, howToFix);
        this.reason = reason;
    }

    public Unusable reason() {
        return reason;
    }
}
