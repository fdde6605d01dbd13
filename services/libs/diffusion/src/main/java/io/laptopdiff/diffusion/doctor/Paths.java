package io.laptopdiff.diffusion.doctor;

/** Rewrites paths as a report may show them. */
final class Paths {

    private Paths() {}

    /** Hides the home directory, for a user's name is nobody's business who reads a bug report. */
    static String withoutHome(String text) {
        String home = System.getProperty("user.home", "");
        return home.length() < 2 ? text : text.replace(home, "~");
    }
}
