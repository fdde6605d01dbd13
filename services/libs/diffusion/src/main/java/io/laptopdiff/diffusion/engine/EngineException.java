package io.laptopdiff.diffusion.engine;

import io.laptopdiff.common.ExplainedException;

/** This machine computes wrong numbers, so nothing is computed. */
public final class EngineException extends ExplainedException {

    private static final long serialVersionUID = 1L;

    /**
     * @param what the finding, without a full stop
     * @param where it was found
     * @param howToFix what the reader can do about it
     */
    EngineException(String what, String where, String howToFix) {
        super(what, where, howToFix, null);
    }
}
