package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.failures.Explained;
import java.nio.file.InvalidPathException;

/**
 * A stage cannot be done, and trying again would not help; what a service throws before it becomes
 * a {@link StageFailed}.
 */
public final class StageException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;
    private static final String NO_TEXT = "no further text";

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what the finding
     * @param where file, tensor, field or option
     * @param howToFix the way out
     */
    public StageException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    /** The same of something that is told less clearly by its cause. */
    public StageException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /**
     * Any failure told in this form.
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
