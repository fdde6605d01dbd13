package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.dataset.DatasetException;

/**
 * Scoring cannot be done, and trying again would not help; says what is wrong, where, and how to
 * fix it.
 */
public final class ScoringException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    public ScoringException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    private ScoringException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /**
     * Tells any failure of the work in these words.
     *
     * @param doing names the work for causes that do not say where they arose, e.g. {@code run r1}
     */
    public static ScoringException of(RuntimeException cause, String doing) {
        if (cause instanceof ScoringException scoring) {
            return scoring;
        }
        if (cause instanceof CheckpointException e) {
            return new ScoringException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof DatasetException e) {
            return new ScoringException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new ScoringException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof InvalidMessageException e) {
            return new ScoringException("The value is " + e.value(), e.field(), e.rule(), e);
        }
        String message =
                cause.getMessage() == null ? "no further text" : firstLine(cause.getMessage());
        return new ScoringException(
                cause.getClass().getSimpleName() + ": " + message,
                doing,
                "This is unexpected; look into the log of layer-scoring, free memory and disk, and ask for a new run.",
                cause);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("no further text");
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
