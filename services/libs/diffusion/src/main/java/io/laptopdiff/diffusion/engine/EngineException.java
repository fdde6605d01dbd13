package io.laptopdiff.diffusion.engine;

import io.laptopdiff.failures.Explained;

/** This machine computes wrong numbers, so nothing is computed. */
public final class EngineException extends RuntimeException implements Explained {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding, without a full stop
     * @param where it was found
     * @param howToFix what the reader can do about it
     */
    EngineException(String what, String where, String howToFix) {
        super(what + " (" + where + "). " + howToFix);
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
