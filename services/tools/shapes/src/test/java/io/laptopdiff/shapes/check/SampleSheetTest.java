package io.laptopdiff.shapes.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSheetTest {

    private static final List<Color> COLOURS =
            List.of(
                    Color.RED,
                    Color.GREEN,
                    Color.BLUE,
                    Color.YELLOW,
                    Color.ORANGE,
                    Color.PINK,
                    Color.CYAN);

    @TempDir Path directory;

    /**
     * By hand: six columns of 128 + 16 pixels after a margin of 16; rows of 128 + 4 lines of 14 +
     * 16.
     */
    @Test
    void shouldLaySevenImagesOutInTwoRows() throws IOException {
        List<BufferedImage> images = new ArrayList<>();
        COLOURS.forEach(colour -> images.add(plain(colour)));
        Path file = directory.resolve("new/sheet.png");

        SampleSheet.write(
                images, Collections.nCopies(7, "a small red circle on a white background"), file);

        BufferedImage sheet = ImageIO.read(file.toFile());
        assertThat(sheet.getWidth()).isEqualTo(880);
        assertThat(sheet.getHeight()).isEqualTo(416);
        for (int i = 0; i < 7; i++) {
            int x = 16 + i % 6 * 144;
            int y = 16 + i / 6 * 200;
            assertThat(new Color(sheet.getRGB(x, y))).isEqualTo(COLOURS.get(i));
            assertThat(new Color(sheet.getRGB(x + 127, y + 127))).isEqualTo(COLOURS.get(i));
            assertThat(new Color(sheet.getRGB(x - 1, y + 64))).isEqualTo(Color.WHITE);
        }
    }

    private static BufferedImage plain(Color colour) {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, 64, 64);
        pen.dispose();
        return image;
    }
}
