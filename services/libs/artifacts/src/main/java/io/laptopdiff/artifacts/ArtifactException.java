package io.laptopdiff.artifacts;

import io.laptopdiff.common.ExplainedException;

/** A location cannot be used; says what is wrong, where, and how to fix it. */
public final class ArtifactException extends ExplainedException {
    private static final long serialVersionUID = 1L;

    public ArtifactException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    public ArtifactException(String what, String where, String howToFix, Throwable cause) {
        super(what, where, howToFix, cause);
    }
}
