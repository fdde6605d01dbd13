package io.laptopdiff.diffusion.clip;

import io.laptopdiff.diffusion.dataset.StoredColours;
import java.awt.image.BufferedImage;

/**
 * An 8-bit image.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb (height, width, 3): rows of red, green, blue
 */
record RgbImage(int width, int height, byte[] rgb) {

    /**
     * Takes the colours as stored and drops transparency, as Pillow's {@code convert("RGB")} does.
     */
    static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * 3];
        int[] argb = StoredColours.argb(image);
        for (int i = 0; i < argb.length; i++) {
            rgb[3 * i] = (byte) (argb[i] >> 16);
            rgb[3 * i + 1] = (byte) (argb[i] >> 8);
            rgb[3 * i + 2] = (byte) argb[i];
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * Cuts {@code side} by {@code side} pixels out of the middle; what lies outside the image is
     * black.
     */
    RgbImage centre(int side) {
        int top = Math.floorDiv(height - side, 2);
        int left = Math.floorDiv(width - side, 2);
        byte[] cut = new byte[side * side * 3];
        for (int y = Math.max(0, -top); y < Math.min(side, height - top); y++) {
            int from = Math.max(0, -left);
            int to = Math.min(side, width - left);
            System.arraycopy(
                    rgb,
                    ((y + top) * width + from + left) * 3,
                    cut,
                    (y * side + from) * 3,
                    (to - from) * 3);
        }
        return new RgbImage(side, side, cut);
    }
}
