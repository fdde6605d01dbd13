package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pixels as Pillow decodes them; make_pictures.py beside the files has made both. */
class PicturesTest {

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = PicturesTest.class.getResourceAsStream("/" + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static CaptionedImage decoded(byte[] content) {
        return CaptionedImage.of(new StoredImage(content, "test").decode(1), "");
    }

    private static Unusable reason(byte[] content) {
        UnusableImageException thrown =
                catchThrowableOfType(UnusableImageException.class, () -> decoded(content));
        assertThat(thrown).isNotNull();
        return thrown.reason();
    }

    /**
     * @param most the largest difference of a colour, of 255; decoders of the same lossy file
     *     differ by rounding
     */
    private static void assertSame(byte[] content, byte[] expected, int most) throws IOException {
        float[] differences = differences(content, expected);
        float largest = 0;
        for (float difference : differences) {
            largest = Math.max(largest, Math.abs(difference));
        }
        assertThat(largest).isLessThanOrEqualTo(most + 0.51f); // laid over white, it is not rounded
    }

    /** Of each colour of each pixel, of 255: what is decoded, less what is expected. */
    private static float[] differences(byte[] content, byte[] expected) throws IOException {
        CaptionedImage actual = decoded(content);
        BufferedImage reference =
                ImageIO.read(new ByteArrayInputStream(expected)); // RGB, as it is stored
        assertThat(actual.width()).isEqualTo(reference.getWidth());
        assertThat(actual.height()).isEqualTo(reference.getHeight());
        int area = actual.width() * actual.height();
        float[] differences = new float[3 * area];
        for (int i = 0; i < area; i++) {
            int rgb = reference.getRGB(i % actual.width(), i / actual.width());
            for (int channel = 0; channel < 3; channel++) {
                float value = (actual.pixels()[channel * area + i] + 1) * 127.5f;
                differences[channel * area + i] = value - (rgb >> 16 - 8 * channel & 0xFF);
            }
        }
        return differences;
    }

    /**
     * Lossy WebP leaves open how colours of half the resolution are scaled up: libwebp blends them,
     * and the reader repeats them, so that edges differ. Their mean may not, and decoders that go
     * wrong from block to block are off by 8 on average, and darker by 10.
     */
    @ParameterizedTest
    @ValueSource(strings = {"pictures/lossy", "pictures/transparent-lossy", "pictures/photo"})
    void shouldDecodeLossyWebpToTheSameColours(String name) throws IOException {
        assertSameOnAverage(bytes(name + ".webp"), bytes(name + "-webp.expected.png"));
    }

    private static void assertSameOnAverage(byte[] content, byte[] expected) throws IOException {
        float[] differences = differences(content, expected);
        double distance = 0;
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            for (int i = 0; i < differences.length / 3; i++) {
                float difference = differences[channel * differences.length / 3 + i];
                sum += difference;
                distance += Math.abs(difference);
            }
            assertThat(sum / (differences.length / 3)).as("channel %d", channel).isBetween(-1., 1.);
        }
        assertThat(distance / differences.length).isLessThan(3);
    }

    @ParameterizedTest
    @CsvSource({
        "cmyk.jpg, 2",
        "ycck.jpg, 2",
        "cmyk-profile.jpg, 2",
        "no-jfif.jpg, 2",
        "exif-1.jpg, 2",
        "exif-2.jpg, 2",
        "exif-3.jpg, 2",
        "exif-4.jpg, 2",
        "exif-5.jpg, 2",
        "exif-6.jpg, 2",
        "exif-7.jpg, 2",
        "exif-8.jpg, 2",
        "turned.png, 0",
        "turned-grey.png, 0",
        "turned.webp, 0",
        "turned.tif, 0",
        "lossless.webp, 0",
        "transparent.webp, 0",
        "animated.webp, 0",
        "palette.gif, 0",
        "plain.bmp, 0",
        "xmp.jpg, 2",
        "xmp.webp, 0",
        "xmp-after-exif.jpg, 2",
        "turned-xmp.png, 0",
        "turned-zipped-xmp.png, 0",
        "turned-raw.png, 0",
        "broken-profile.jpg, 2",
        "inks.tif, 1",
        "corner.gif, 0",
        "corner-clear.gif, 0",
    })
    void shouldDecodeAsPillowDoes(String name, int most) throws IOException {
        assertSame(
                bytes("pictures/" + name),
                bytes("pictures/" + name.replace('.', '-') + ".expected.png"),
                most);
    }

    @ParameterizedTest
    @CsvSource({
        "d-cmyk/0, jpg",
        "d-cmyk/1, jpg",
        "d-cmyk/2, jpg",
        "d-cmyk/3, jpg",
        "d-exif/0, jpg",
        "d-exif/1, jpg",
        "d-exif/2, jpg",
        "d-exif/3, jpg",
    })
    void shouldDecodeWhatPeopleHave(String name, String ending) throws IOException {
        assertSame(bytes("cases/" + name + "." + ending), bytes("cases/" + name + ".expected"), 2);
    }

    @Test
    void shouldDecodeTheHeldOutWebp() throws IOException {
        assertSameOnAverage(bytes("cases/c-heldout/x.webp"), bytes("cases/c-heldout/x.expected"));
    }

    @Test
    void shouldRefuseCutOffWebp() throws IOException {
        byte[] whole = bytes("pictures/lossy.webp");
        assertThat(reason(Arrays.copyOf(whole, whole.length - 8))).isEqualTo(Unusable.CORRUPT);
        assertThat(reason("RIFF____WEBPVP8 ".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(Unusable.CORRUPT);
    }

    /** Forty bytes that ask for a gigabyte: no decoder may see them. */
    @Test
    void shouldNotDecodeWhatDoesNotFitIntoTheHeap() throws IOException {
        ByteBuffer canvas = webp("VP8X", 10);
        canvas.putInt(20, 0).putInt(24, 0x3FFF).putShort(26, (short) 0);
        canvas.put(24, (byte) 0xFF).put(25, (byte) 0x3F).put(26, (byte) 0);
        canvas.put(27, (byte) 0xFF).put(28, (byte) 0x3F).put(29, (byte) 0);
        assertThat(reason(canvas.array())).isEqualTo(Unusable.TOO_LARGE);

        byte[] small = bytes("pictures/turned.webp"); // a canvas, and a frame in it
        int frame = new String(small, StandardCharsets.ISO_8859_1).indexOf("VP8L");
        ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN).putInt(frame + 9, 0x0FFFFFFF);
        assertThat(reason(small)).as("the frame is larger").isEqualTo(Unusable.TOO_LARGE);

        byte[] inks = bytes("pictures/cmyk.jpg");
        for (int i = 2; inks[i + 1] != (byte) 0xDA; ) {
            if (inks[i + 1] == (byte) 0xC0) {
                ByteBuffer.wrap(inks)
                        .putShort(i + 5, (short) 30_000)
                        .putShort(i + 7, (short) 30_000);
            }
            i += 2 + ByteBuffer.wrap(inks).getShort(i + 2);
        }
        assertThat(reason(inks)).isEqualTo(Unusable.TOO_LARGE);
    }

    private static ByteBuffer webp(String chunk, int size) {
        ByteBuffer file = ByteBuffer.allocate(20 + size).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + size);
        file.put("WEBP".getBytes(StandardCharsets.US_ASCII));
        file.put(chunk.getBytes(StandardCharsets.US_ASCII)).putInt(size);
        return file;
    }

    @Test
    void shouldTakeAnOrientationThatMakesNoSenseForUpright() throws IOException {
        byte[] turned = bytes("pictures/exif-6.jpg");
        byte[] plain = bytes("pictures/exif-1.jpg");
        int tiff = new String(turned, StandardCharsets.ISO_8859_1).indexOf("Exif\0\0") + 6;
        ByteBuffer.wrap(turned).order(ByteOrder.BIG_ENDIAN).putInt(tiff + 4, 0x7FFFFFF0);
        assertThat(decoded(turned).width()).isEqualTo(decoded(plain).width());
    }
}
