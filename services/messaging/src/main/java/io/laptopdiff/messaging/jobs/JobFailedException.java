package io.laptopdiff.messaging.jobs;

/** A job cannot be done, and trying again would not help. */
public final class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what went wrong
     * @param where file, tensor, field or option
     * @param howToFix the way out
     */
    public JobFailedException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "); " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    public String what() {
        return what;
    }

    public String where() {
        return where;
    }

    public String howToFix() {
        return howToFix;
    }
}
