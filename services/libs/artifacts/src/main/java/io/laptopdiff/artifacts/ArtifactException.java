package io.laptopdiff.artifacts;

import io.laptopdiff.failures.Explained;

/** A location cannot be used; says what is wrong, where, and how to fix it. */
public final class ArtifactException extends RuntimeException implements Explained {
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

    @Override
    public String what() {
        return what;
    }

    @Override
    public String where() {
        return where;
    }

    @Override
    public String howToFix() {
        return howToFix;
    }
}
