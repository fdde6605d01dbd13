package io.laptopdiff.shapes.dataset;

import java.util.Objects;
import java.util.Optional;

/**
 * What an image shows: one figure, or two and how they lie.
 *
 * @param first the figure named first
 * @param second absent where there is one figure only
 */
public record Scene(Figure first, Optional<Second> second, Colour background) {

    /** The other figure, and where the first one lies seen from it. */
    public record Second(Relation relation, Figure figure) {}

    public Scene {
        Objects.requireNonNull(first, "first");
        if (first.colour() == background
                || second.isPresent() && second.get().figure().colour() == background) {
            throw new IllegalArgumentException(
                    "background = "
                            + background
                            + " would hide a figure; choose a colour that no figure has");
        }
    }

    /**
     * Returns the caption, for example {@code a large green star left of a small yellow square on a
     * gray background}.
     */
    public String caption() {
        return first.words()
                + second.map(other -> " " + other.relation().words() + " " + other.figure().words())
                        .orElse("")
                + " on a "
                + background.word()
                + " background";
    }
}
