package io.laptopdiff.shapes.dataset;

/** A five-pointed star, one point up, inside the unit circle. */
final class StarPolygon {

    private static final int CORNERS = 10;
    private static final double INNER_RADIUS = 0.45;
    private static final double[] X = new double[CORNERS];
    private static final double[] Y = new double[CORNERS];

    static {
        for (int i = 0; i < CORNERS; i++) {
            double radius = i % 2 == 0 ? 1 : INNER_RADIUS;
            // StrictMath: the same bits on every machine
            X[i] = radius * StrictMath.sin(2 * Math.PI * i / CORNERS);
            Y[i] = -radius * StrictMath.cos(2 * Math.PI * i / CORNERS);
        }
    }

    private StarPolygon() {}

    /** Returns whether the star covers a point, by the even-odd rule. */
    static boolean contains(double u, double v) {
        boolean inside = false;
        for (int i = 0, j = CORNERS - 1; i < CORNERS; j = i++) {
            if (Y[i] > v != Y[j] > v && u < (X[j] - X[i]) * (v - Y[i]) / (Y[j] - Y[i]) + X[i]) {
                inside = !inside;
            }
        }
        return inside;
    }
}
