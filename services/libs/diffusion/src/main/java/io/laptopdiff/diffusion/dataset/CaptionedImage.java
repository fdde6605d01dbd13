package io.laptopdiff.diffusion.dataset;

import java.awt.image.BufferedImage;

/**
 * An image and its caption.
 *
 * @param pixels (3, height, width), channels red, green, blue, values in [-1, 1]
 * @param height in pixels
 * @param width in pixels
 * @param caption may be empty
 */
public record CaptionedImage(float[] pixels, int height, int width, String caption) {

    public CaptionedImage {
        if (height < 1 || width < 1 || pixels.length != 3L * height * width) {
            throw new IllegalArgumentException(
                    "pixels.length = "
                            + pixels.length
                            + " is not 3 x height "
                            + height
                            + " x width "
                            + width);
        }
    }

    /**
     * @param rgb row by row, three bytes (red, green, blue) per pixel
     */
    public static CaptionedImage ofRgb(byte[] rgb, int height, int width, String caption) {
        int area = height * width;
        float[] pixels = new float[3 * area]; // (3, height, width)
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                pixels[channel * area + i] = (rgb[i * 3 + channel] & 0xFF) / 127.5f - 1;
            }
        }
        return new CaptionedImage(pixels, height, width, caption);
    }

    /** Converts from Java 2D; transparency is laid over white. */
    public static CaptionedImage of(BufferedImage image, String caption) {
        int height = image.getHeight();
        int width = image.getWidth();
        int[] argb = StoredColours.argb(image);
        int area = height * width;
        float[] pixels = new float[3 * area]; // (3, height, width)
        for (int i = 0; i < area; i++) {
            int alpha = argb[i] >>> 24;
            for (int channel = 0; channel < 3; channel++) {
                int value = argb[i] >> 16 - 8 * channel & 0xFF;
                float over = (value * alpha + 255 * (255 - alpha)) / 255f;
                pixels[channel * area + i] = over / 127.5f - 1;
            }
        }
        return new CaptionedImage(pixels, height, width, caption);
    }

    /** Converts to Java 2D, rounding to 8 bits; values outside [-1, 1] are clipped. */
    public BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int area = height * width;
        int[] packed = new int[area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                int value = Math.round((pixels[channel * area + i] + 1) * 127.5f);
                packed[i] = packed[i] << 8 | Math.max(0, Math.min(255, value));
            }
        }
        image.setRGB(0, 0, width, height, packed, 0, width);
        return image;
    }

    /**
     * Scales the shorter side to {@code resolution} with an anti-aliased bilinear filter and cuts
     * the centre out, as diffusers' training scripts do; an image that already has that size stays
     * as it is.
     */
    public CaptionedImage toSquare(int resolution) {
        return Resampling.toSquare(this, resolution);
    }
}
