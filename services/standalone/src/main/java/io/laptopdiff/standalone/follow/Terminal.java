package io.laptopdiff.standalone.follow;

/** What this process writes to. */
public final class Terminal {

    private Terminal() {}

    /**
     * Returns whether what was drawn can be drawn over; a file, a pipe and an old screen only grow.
     */
    public static boolean redraws() {
        return System.console() != null
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"));
    }
}
