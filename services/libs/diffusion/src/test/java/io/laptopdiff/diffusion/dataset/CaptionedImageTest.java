package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import org.junit.jupiter.api.Test;

class CaptionedImageTest {

    /** Java 2D takes grey values for linear light and would make 100 of 8 bits 168. */
    @Test
    void shouldTakeGreyValuesAsStored() {
        BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 100);
        assertThat(level(grey)).isEqualTo(100);
        BufferedImage deep = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(0, 0, 0, 100 * 257);
        assertThat(level(deep)).isEqualTo(100);
    }

    @Test
    void shouldLayTransparentGreyOverWhite() {
        ComponentColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_GRAY),
                        true,
                        false,
                        Transparency.TRANSLUCENT,
                        DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        BufferedImage image = new BufferedImage(model, raster, false, null);
        raster.setPixel(0, 0, new int[] {100, 255});
        assertThat(level(image)).isEqualTo(100);
        raster.setPixel(0, 0, new int[] {100, 51});
        assertThat(level(image)).isEqualTo(100 / 5 + 255 * 4 / 5);
    }

    @Test
    void shouldTakeColoursAsStored() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x0A64FF);
        float[] pixels = CaptionedImage.of(image, "").pixels();
        assertThat(pixels).containsExactly(10 / 127.5f - 1, 100 / 127.5f - 1, 1f);
    }

    private static int level(BufferedImage image) {
        float[] pixels = CaptionedImage.of(image, "").pixels();
        assertThat(pixels[1]).isEqualTo(pixels[0]);
        return Math.round((pixels[0] + 1) * 127.5f);
    }
}
