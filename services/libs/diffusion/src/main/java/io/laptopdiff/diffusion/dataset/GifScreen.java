package io.laptopdiff.diffusion.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/**
 * The canvas of a GIF, on which its first frame may cover a part alone: Java's reader gives the
 * frame, and Pillow, as every viewer, the canvas.
 *
 * @param width in pixels, wide enough for the frame
 * @param height in pixels
 * @param left where the frame begins
 * @param top where the frame begins
 */
record GifScreen(int width, int height, int left, int top) {

    private static final int HEADER = 13;

    static boolean isGif(ByteReader file) {
        return file.hasAt(0, "GIF8");
    }

    static GifScreen read(ByteReader file) {
        long at = HEADER + colours(file.byteAt(10));
        while (file.byteAt(at) == '!') { // an extension: its label, and blocks up to an empty one
            at += 2;
            while (file.byteAt(at) > 0) {
                at += 1 + file.byteAt(at);
            }
            at++;
        }
        int left = Math.max(0, file.shortAt(at + 1, true));
        int top = Math.max(0, file.shortAt(at + 3, true));
        return new GifScreen(
                Math.max(file.shortAt(6, true), left + Math.max(0, file.shortAt(at + 5, true))),
                Math.max(file.shortAt(8, true), top + Math.max(0, file.shortAt(at + 7, true))),
                left,
                top);
    }

    /** Computes the bytes of the table of colours that such flags announce. */
    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    /**
     * Lays the frame on the canvas, which is transparent around it, or else of the first colour.
     */
    BufferedImage with(BufferedImage frame) {
        boolean whole = frame.getWidth() == width && frame.getHeight() == height;
        if (whole || !(frame.getColorModel() instanceof IndexColorModel colours)) {
            return frame;
        }
        WritableRaster canvas = colours.createCompatibleWritableRaster(width, height);
        if (colours.getTransparentPixel() > 0) {
            int[] line = new int[width];
            Arrays.fill(line, colours.getTransparentPixel());
            for (int y = 0; y < height; y++) {
                canvas.setSamples(0, y, width, 1, 0, line);
            }
        }
        canvas.setRect(left, top, frame.getRaster());
        return new BufferedImage(colours, canvas, false, null);
    }
}
