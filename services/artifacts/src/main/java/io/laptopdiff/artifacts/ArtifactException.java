package io.laptopdiff.artifacts;

/** A location cannot be used; says what is wrong, where, and how to fix it. */
public final class ArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    public ArtifactException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    public ArtifactException(String what, String where, String howToFix, Throwable cause) {
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
