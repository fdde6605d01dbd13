package io.laptopdiff.diffusion.checkpoint;

import io.laptopdiff.common.ExplainedException;
import java.nio.file.Path;

/**
 * A checkpoint cannot be used: says what is wrong, where (file, and tensor or field) and how to fix
 * it.
 */
public final class CheckpointException extends ExplainedException {

    private static final long serialVersionUID = 1L;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where the file, with the tensor or field after a colon where there is one
     * @param howToFix what the reader can do about it
     */
    public CheckpointException(String what, String where, String howToFix) {
        super(what, where, howToFix, null);
    }

    /**
     * Makes an exception that names a file and something inside it; an empty {@code inside} names
     * the file alone.
     */
    public CheckpointException(String what, Path file, String inside, String howToFix) {
        this(what, inside.isEmpty() ? file.toString() : file + ": " + inside, howToFix);
    }
}
