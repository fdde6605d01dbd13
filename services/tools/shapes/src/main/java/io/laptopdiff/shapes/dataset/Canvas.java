package io.laptopdiff.shapes.dataset;

/**
 * Paints a scene into 8-bit RGB, anti-aliased by 4x4 point samples per pixel.
 *
 * <p>An own rasteriser, not Java 2D: the same bits on every machine, which the golden test holds on
 * to.
 */
final class Canvas {

    /** Width and height of an image in pixels. */
    static final int SIDE = 64;

    private static final int SAMPLES = 4;
    private static final double OFF_CENTRE = 16; // of each of two figures, in pixels
    private static final double LONE_JITTER = 10; // of a lone figure's centre, in pixels
    private static final double PAIR_JITTER = 1.5;
    private static final double TURN = 0.12; // radians
    private static final double SCALE = 0.05;
    private static final double SHADE = 8; // of a colour's brightness, in 255ths
    private static final double NOISE = 5; // of a pixel, in 255ths

    private final RandomStream random;
    private final double[] rgb = new double[SIDE * SIDE * 3]; // (y, x, channel)

    private Canvas(RandomStream random) {
        this.random = random;
    }

    /** Pixels row by row, three bytes (red, green, blue) each. */
    static byte[] paint(Scene scene, RandomStream random) {
        Canvas canvas = new Canvas(random);
        canvas.fill(scene.background());
        double middle = SIDE / 2.0;
        if (scene.second().isEmpty()) {
            double x = middle + random.jitter(LONE_JITTER);
            canvas.draw(scene.first(), x, middle + random.jitter(LONE_JITTER));
        } else {
            Scene.Second other = scene.second().get();
            double right = other.relation().right() * OFF_CENTRE;
            double down = other.relation().down() * OFF_CENTRE;
            canvas.drawNear(scene.first(), middle + right, middle + down);
            canvas.drawNear(other.figure(), middle - right, middle - down);
        }
        return canvas.noisyBytes();
    }

    private void fill(Colour colour) {
        double shade = random.jitter(SHADE);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = colour.channel(i % 3) + shade;
        }
    }

    private void drawNear(Figure figure, double x, double y) {
        double jittered = x + random.jitter(PAIR_JITTER);
        draw(figure, jittered, y + random.jitter(PAIR_JITTER));
    }

    private void draw(Figure figure, double centreX, double centreY) {
        double radius = figure.size().radius() * (1 + random.jitter(SCALE));
        double turn = random.jitter(TURN);
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        double shade = random.jitter(SHADE);
        int top = (int) Math.max(0, Math.floor(centreY - radius));
        int bottom = (int) Math.min(SIDE, Math.ceil(centreY + radius));
        int left = (int) Math.max(0, Math.floor(centreX - radius));
        int right = (int) Math.min(SIDE, Math.ceil(centreX + radius));
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int covered = 0;
                for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
                    double dx = (x + (sample % SAMPLES + 0.5) / SAMPLES - centreX) / radius;
                    double dy = (y + (sample / SAMPLES + 0.5) / SAMPLES - centreY) / radius;
                    if (figure.kind().contains(dx * cos + dy * sin, dy * cos - dx * sin)) {
                        covered++;
                    }
                }
                blend(
                        (y * SIDE + x) * 3,
                        figure.colour(),
                        shade,
                        covered / (double) (SAMPLES * SAMPLES));
            }
        }
    }

    private void blend(int pixel, Colour colour, double shade, double cover) {
        for (int channel = 0; channel < 3; channel++) {
            double paint = colour.channel(channel) + shade;
            rgb[pixel + channel] += (paint - rgb[pixel + channel]) * cover;
        }
    }

    private byte[] noisyBytes() {
        byte[] bytes = new byte[rgb.length];
        for (int i = 0; i < bytes.length; i++) {
            long value = Math.round(rgb[i] + random.jitter(NOISE));
            bytes[i] = (byte) Math.max(0, Math.min(255, value));
        }
        return bytes;
    }
}
