package io.laptopdiff.diffusion.dataset;

import io.laptopdiff.common.ExplainedException;
import java.nio.file.Path;

/** A data set cannot be used: says what is wrong, where (file and line) and how to fix it. */
public sealed class DatasetException extends ExplainedException permits UnusableImageException {

    private static final long serialVersionUID = 1L;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where the file, with the line after a colon where there is one
     * @param howToFix what the reader can do about it
     */
    public DatasetException(String what, String where, String howToFix) {
        super(what, where, howToFix, null);
    }

    DatasetException(String what, Path where, String howToFix) {
        this(what, where.toString(), howToFix);
    }
}
