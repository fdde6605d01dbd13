package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;

/** A plan cannot be made, and trying again would not help. */
public final class PlanningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String howToFix;

    /**
     * @param what went wrong
     * @param where file, unit or field
     * @param howToFix the way out
     */
    public PlanningException(String what, String where, String howToFix) {
        this(what, where, howToFix, null);
    }

    private PlanningException(String what, String where, String howToFix, Throwable cause) {
        super(what + " (" + where + "). " + howToFix, cause);
        this.what = what;
        this.where = where;
        this.howToFix = howToFix;
    }

    /**
     * @param doing names the work, for causes that do not say where they arose
     */
    static PlanningException of(RuntimeException cause, String doing) {
        if (cause instanceof PlanningException planning) {
            return planning;
        }
        if (cause instanceof CheckpointException e) {
            return new PlanningException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof ArtifactException e) {
            return new PlanningException(e.what(), e.where(), e.howToFix(), e);
        }
        if (cause instanceof InvalidMessageException e) {
            return new PlanningException(
                    e.getMessage(), doing, "Correct it and ask for a new run.", e);
        }
        String text = cause.getMessage() == null ? "no further text" : cause.getMessage();
        return new PlanningException(
                cause.getClass().getSimpleName() + ": " + text,
                doing,
                "This is unexpected; see the log of pruning-planner and the room on the disk, and"
                        + " ask for a new run.",
                cause);
    }

    /** The finding. */
    public String what() {
        return what;
    }

    /** File, unit or field. */
    public String where() {
        return where;
    }

    /** The way out. */
    public String howToFix() {
        return howToFix;
    }
}
