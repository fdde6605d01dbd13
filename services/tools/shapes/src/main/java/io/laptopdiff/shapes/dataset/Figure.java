package io.laptopdiff.shapes.dataset;

/** One shape as a caption names it. */
public record Figure(Size size, Colour colour, Kind kind) {

    /** Returns the figure in words, for example {@code a small red circle}. */
    public String words() {
        return "a " + size.word() + " " + colour.word() + " " + kind.word();
    }
}
