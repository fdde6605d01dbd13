package io.laptopdiff.shapes.dataset;

import java.util.List;
import java.util.Locale;

/** The colours, far enough apart that a viewer names each without doubt. */
public enum Colour {
    RED(222, 28, 36),
    GREEN(24, 150, 50),
    BLUE(24, 56, 200),
    YELLOW(248, 222, 20),
    ORANGE(250, 132, 8),
    PURPLE(168, 52, 196),
    WHITE(250, 250, 250),
    BLACK(12, 12, 12),
    GRAY(128, 128, 128);

    /** The colours that shapes are painted in. */
    public static final List<Colour> FOR_SHAPES =
            List.of(RED, GREEN, BLUE, YELLOW, ORANGE, PURPLE, WHITE, BLACK);

    /** The colours that backgrounds are painted in. */
    public static final List<Colour> FOR_BACKGROUNDS =
            List.of(BLACK, WHITE, GRAY, BLUE, GREEN, YELLOW);

    private final int red;
    private final int green;
    private final int blue;

    Colour(int red, int green, int blue) {
        this.red = red;
        this.green = green;
        this.blue = blue;
    }

    /** Returns one channel of the colour, 0 to 255; channel 0 is red, 1 green, 2 blue. */
    int channel(int channel) {
        return channel == 0 ? red : channel == 1 ? green : blue;
    }

    /** The word in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
