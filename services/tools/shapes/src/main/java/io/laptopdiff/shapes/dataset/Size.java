package io.laptopdiff.shapes.dataset;

import java.util.Locale;

/** How large a shape is. */
public enum Size {
    SMALL(8.0),
    MEDIUM(11.0),
    LARGE(14.5);

    private final double radius;

    Size(double radius) {
        this.radius = radius;
    }

    /** Radius of the circle around the shape, in pixels of a 64x64 image. */
    double radius() {
        return radius;
    }

    /** The word in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
