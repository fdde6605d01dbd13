package io.laptopdiff.contracts;

import io.laptopdiff.common.Explained;
import io.laptopdiff.common.ExplainedException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;

/**
 * A stage cannot be done, and trying again would not help; what a service throws before it becomes
 * a {@link StageFailed}.
 */
public final class StageException extends ExplainedException {
    private static final long serialVersionUID = 1L;
    private static final String NO_TEXT = "no further text";

    /**
     * @param what the finding
     * @param where file, tensor, field or option
     * @param howToFix the way out
     */
    public StageException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    /** Makes a failure that is told more clearly than by its cause. */
    public StageException(String what, String where, String howToFix, Throwable cause) {
        super(what, where, howToFix, cause);
    }

    /**
     * Returns any failure told in this form.
     *
     * @param doing names the work for causes that do not say where they arose, e.g. {@code variant
     *     r1/half}
     */
    public static StageException of(Throwable cause, Stage stage, String doing) {
        if (cause instanceof StageException e) {
            return e;
        }
        if (cause instanceof Explained e) {
            return new StageException(e.what(), e.where(), e.howToFix(), cause);
        }
        if (cause instanceof InvalidMessageException e) {
            return new StageException(
                    "The value is " + e.value(),
                    e.field().isEmpty() ? doing : e.field(),
                    e.rule(),
                    e);
        }
        if (cause instanceof InvalidPathException e) {
            return new StageException(
                    "A file's name cannot be used in this process's locale: " + e.getReason(),
                    e.getInput(),
                    "Where it has letters beyond ASCII, start the process with LC_ALL=C.UTF-8 in its environment.",
                    e);
        }
        if (cause instanceof UncheckedIOException e) {
            return new StageException(
                    e.getMessage() + ": " + e.getCause().getMessage(),
                    doing,
                    "See to the disk, or the network that leads to it: space, permissions, the"
                            + " system's log. Then try again; what was saved is used.",
                    e);
        }
        String text =
                cause.getMessage() == null
                        ? NO_TEXT
                        : cause.getMessage().lines().findFirst().orElse(NO_TEXT);
        return new StageException(
                cause.getClass().getSimpleName() + ": " + text,
                doing,
                "This is unexpected; look into the log of "
                        + stage.text()
                        + ", free memory and disk, and ask for a new run.",
                cause);
    }
}
