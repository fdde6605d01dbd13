package io.laptopdiff.common;

/** The base of this project's exceptions that a user can do something about. */
public abstract class ExplainedException extends RuntimeException implements Explained {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where file, tensor, line, field or option
     * @param howToFix what the reader can do about it
     * @param cause what led to it; null where this is the first to know
     */
    protected ExplainedException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    @Override
    public final String what() {
        return what;
    }

    @Override
    public final String where() {
        return where;
    }

    @Override
    public final String howToFix() {
        return howToFix;
    }
}
