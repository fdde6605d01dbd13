package io.laptopdiff.diffusion.checkpoint;

import io.laptopdiff.failures.Explained;
import java.nio.file.Path;

/**
 * A checkpoint cannot be used: says what is wrong, where (file, and tensor or field) and how to fix
 * it.
 */
public final class CheckpointException extends RuntimeException implements Explained {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where the file, with the tensor or field after a colon where there is one
     * @param howToFix what the reader can do about it
     */
    public CheckpointException(String what, String where, String howToFix) {
        super(what + " (" + where + "). " + howToFix);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /** As the other constructor, for a file and something inside it. */
    public CheckpointException(String what, Path file, String inside, String howToFix) {
        this(what, inside.isEmpty() ? file.toString() : file + ": " + inside, howToFix);
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
