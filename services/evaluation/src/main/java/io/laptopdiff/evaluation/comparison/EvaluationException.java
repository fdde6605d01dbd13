package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.dataset.DatasetException;

/**
 * An evaluation cannot be done, and trying again would not help; says what is wrong, where, and how
 * to fix it.
 */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding
     * @param where file, tensor, field or option
     * @param howToFix the way out
     */
    public EvaluationException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    private EvaluationException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /**
     * What the parts below throw, in this form.
     *
     * @param doing names the work for causes that do not say where they arose
     */
    public static EvaluationException of(RuntimeException cause, String doing) {
        if (cause instanceof EvaluationException e) {
            return e;
        }
        if (cause instanceof CheckpointException e) {
            return new EvaluationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof DatasetException e) {
            return new EvaluationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new EvaluationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof InvalidMessageException e) {
            return new EvaluationException("The value is " + e.value(), e.field(), e.rule(), e);
        }
        return new EvaluationException(
                cause.getClass().getSimpleName() + ": " + firstLine(cause.getMessage()),
                doing,
                "This is unexpected; look into the log of evaluation, free memory and disk, and ask for a new run.",
                cause);
    }

    private static String firstLine(String message) {
        return message == null
                ? "no further text"
                : message.lines().findFirst().orElse("no further text");
    }

    /** The finding. */
    public String what() {
        return what;
    }

    /** File, tensor, field or option. */
    public String where() {
        return where;
    }

    /** The way out. */
    public String howToFix() {
        return howToFix;
    }
}
