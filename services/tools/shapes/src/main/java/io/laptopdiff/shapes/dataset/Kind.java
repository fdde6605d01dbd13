package io.laptopdiff.shapes.dataset;

import java.util.Locale;

/** The kinds of shape, each as a point test in its own coordinates. */
public enum Kind {
    CIRCLE {
        @Override
        boolean contains(double u, double v) {
            return u * u + v * v <= 0.9;
        }
    },
    SQUARE {
        @Override
        boolean contains(double u, double v) {
            return Math.max(Math.abs(u), Math.abs(v)) <= 0.82;
        }
    },
    TRIANGLE {
        @Override
        boolean contains(double u, double v) {
            return v <= 0.75 && Math.abs(u) <= (v + 1) * 0.57;
        }
    },
    STAR {
        @Override
        boolean contains(double u, double v) {
            return StarPolygon.contains(u, v);
        }
    },
    CROSS {
        @Override
        boolean contains(double u, double v) {
            double longer = Math.max(Math.abs(u), Math.abs(v));
            double shorter = Math.min(Math.abs(u), Math.abs(v));
            return longer <= 0.95 && shorter <= 0.3;
        }
    },
    RING {
        @Override
        boolean contains(double u, double v) {
            double squared = u * u + v * v;
            return squared <= 0.95 && squared >= 0.3;
        }
    },
    DIAMOND {
        @Override
        boolean contains(double u, double v) {
            return Math.abs(u) / 0.62 + Math.abs(v) <= 1;
        }
    },
    HEART {
        @Override
        boolean contains(double u, double v) {
            // the sextic heart (x^2 + y^2 - 1)^3 = x^2 y^3, turned tip down and scaled into the
            // unit circle
            double x = u * 1.2;
            double y = 0.15 - v * 1.2;
            double a = x * x + y * y - 1;
            return a * a * a <= x * x * y * y * y;
        }
    };

    /**
     * Returns whether the shape covers a point.
     *
     * @param u to the right, in radii from the centre
     * @param v downwards, in radii from the centre
     */
    abstract boolean contains(double u, double v);

    /** The word in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
