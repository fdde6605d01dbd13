package io.laptopdiff.diffusion.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * The way a camera was held: EXIF's tag 0x0112, a number from 1 to 8 that says which turn or
 * mirroring makes the stored picture upright.
 */
final class Orientation {

    private static final int TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;
    private static final int UPRIGHT = 1;

    /** The result where there is no tag, which is no value of it. */
    static final int UNSAID = 0;

    private Orientation() {}

    /**
     * Reads the tag.
     *
     * @param tiff where the TIFF structure begins in the file; negative where it has none
     * @return 1 (upright) where its value makes no sense; {@link #UNSAID} where there is no tag
     */
    static int read(ByteReader file, long tiff) {
        boolean little = file.hasAt(tiff, "II*\0");
        if (tiff < 0 || (!little && !file.hasAt(tiff, "MM\0*"))) {
            return UNSAID;
        }
        long directory = tiff + file.intAt(tiff + 4, little);
        int entries = file.shortAt(directory, little);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) ENTRY_BYTES * i;
            if (file.shortAt(entry, little) == TAG) {
                int value = file.shortAt(entry + 8, little);
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UNSAID;
    }

    /** Turns the picture upright, in the same colour model. */
    static BufferedImage upright(BufferedImage image, int orientation) {
        if (orientation == UPRIGHT) {
            return image;
        }
        boolean turned = orientation >= 5;
        int width = image.getWidth();
        int height = image.getHeight();
        Raster from = image.getRaster();
        ColorModel colours = image.getColorModel();
        WritableRaster to =
                colours.createCompatibleWritableRaster(
                        turned ? height : width, turned ? width : height);
        Object pixel = null;
        for (int y = 0; y < to.getHeight(); y++) {
            for (int x = 0; x < to.getWidth(); x++) {
                int column = turned ? y : x;
                int row = turned ? x : y;
                if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                    column = width - 1 - column;
                }
                if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                    row = height - 1 - row;
                }
                pixel = from.getDataElements(column, row, pixel);
                to.setDataElements(x, y, pixel);
            }
        }
        return new BufferedImage(colours, to, colours.isAlphaPremultiplied(), null);
    }
}
