package io.laptopdiff.diffusion.doctor;

/** Paths as a report may show them. */
final class Paths {

    private Paths() {}

    /** A user's name is nobody's business who reads a bug report. */
    static String withoutHome(String text) {
        String home = System.getProperty("user.home", "");
        return home.length() < 2 ? text : text.replace(home, "~");
    }
}
