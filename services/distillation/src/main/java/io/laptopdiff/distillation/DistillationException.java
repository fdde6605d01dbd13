package io.laptopdiff.distillation;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.dataset.DatasetException;

/**
 * A student cannot be trained, and trying again would not help; says what is wrong, where, and how
 * to fix it.
 */
public final class DistillationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    public DistillationException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    public DistillationException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /**
     * The cause told in this form.
     *
     * @param doing names the work for causes that do not say where they arose, e.g. {@code variant
     *     r1/half}
     */
    public static DistillationException of(Exception cause, String doing) {
        if (cause instanceof DistillationException e) {
            return e;
        }
        if (cause instanceof CheckpointException e) {
            return new DistillationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof DatasetException e) {
            return new DistillationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new DistillationException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof InvalidMessageException e) {
            return new DistillationException("The value is " + e.value(), e.field(), e.rule(), e);
        }
        String message =
                cause.getMessage() == null ? "no further text" : firstLine(cause.getMessage());
        return new DistillationException(
                cause.getClass().getSimpleName() + ": " + message,
                doing,
                "This is unexpected; look into the log of distillation, free memory and disk, and ask for a new run.",
                cause);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("no further text");
    }

    public String what() {
        return what;
    }

    /** File, tensor, field or option. */
    public String where() {
        return where;
    }

    public String howToFix() {
        return howToFix;
    }
}
