package io.laptopdiff.diffusion.dataset;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Colours as an image file has them, where Java 2D would take grey for linear light. */
public final class StoredColours {

    private StoredColours() {}

    /**
     * @return row by row, 8 bits each of alpha, red, green, blue; deeper colours are rounded
     */
    public static int[] argb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        ColorSpace space = image.getColorModel().getColorSpace();
        if (space.getType() == ColorSpace.TYPE_CMYK && !(space instanceof ICC_ColorSpace)) {
            return ofInks(image);
        }
        boolean grey =
                image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                        && !(image.getColorModel() instanceof IndexColorModel);
        if (!grey) {
            return image.getRGB(0, 0, width, height, null, 0, width);
        }
        int[] levels = band(image, 0);
        boolean transparent =
                image.getColorModel().hasAlpha() && image.getRaster().getNumBands() > 1;
        int[] alphas = transparent ? band(image, 1) : null;
        int[] argb = new int[width * height];
        for (int i = 0; i < argb.length; i++) {
            int alpha = transparent ? alphas[i] : 0xFF;
            argb[i] = alpha << 24 | levels[i] << 16 | levels[i] << 8 | levels[i];
        }
        return argb;
    }

    /**
     * Converts inks of a TIFF file without a profile as Pillow does; Java's own colours are
     * brighter.
     */
    private static int[] ofInks(BufferedImage image) {
        int[] black = band(image, 3);
        int[] argb = new int[black.length];
        for (int channel = 0; channel < 3; channel++) {
            int[] ink = band(image, channel);
            for (int i = 0; i < argb.length; i++) {
                int paper = 255 - black[i];
                argb[i] = argb[i] << 8 | Math.round(paper * (255 - ink[i]) / 255f);
            }
        }
        for (int i = 0; i < argb.length; i++) {
            argb[i] |= 0xFF << 24;
        }
        return argb;
    }

    /** Returns one band scaled to 8 bits. */
    private static int[] band(BufferedImage image, int band) {
        Raster raster = image.getRaster();
        int[] samples =
                raster.getSamples(0, 0, image.getWidth(), image.getHeight(), band, (int[]) null);
        int most = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
        if (most != 0xFF) {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = Math.round(samples[i] * 255f / most);
            }
        }
        return samples;
    }
}
