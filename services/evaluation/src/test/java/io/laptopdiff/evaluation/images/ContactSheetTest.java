package io.laptopdiff.evaluation.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.diffusion.pipeline.ImageFiles;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {

    private static BufferedImage plain(Color colour, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour.getRGB());
            }
        }
        return image;
    }

    private static ContactSheet.Column column(Color... colours) {
        return new ContactSheet.Column(
                "a model",
                "with a note that is far too long for the width of a column and so is cut",
                Arrays.stream(colours).map(colour -> plain(colour, 64, 64)).toList());
    }

    @Test
    void shouldShowARowForEachCaptionAndAColumnForEachModel() {
        BufferedImage sheet =
                ContactSheet.draw(
                        List.of("a red circle", "words ".repeat(300)),
                        List.of(column(Color.RED, Color.GREEN), column(Color.BLUE, Color.BLACK)));

        // the middles of the four cells: 192 pixels each, 8 between, right of the captions and
        // below the header
        assertThat(new Color(sheet.getRGB(248 + 96, 44 + 96))).isEqualTo(Color.RED);
        assertThat(new Color(sheet.getRGB(248 + 96, 244 + 96))).isEqualTo(Color.GREEN);
        assertThat(new Color(sheet.getRGB(448 + 96, 44 + 96))).isEqualTo(Color.BLUE);
        assertThat(new Color(sheet.getRGB(448 + 96, 244 + 96))).isEqualTo(Color.BLACK);
        assertThat(new Color(sheet.getRGB(248 + 196, 44 + 96))).isEqualTo(Color.WHITE);
    }

    @Test
    void shouldShowNoMoreRowsThanCanBeRead() {
        List<String> captions = IntStream.range(0, 40).mapToObj(i -> "caption " + i).toList();
        List<BufferedImage> large = Collections.nCopies(40, plain(Color.RED, 512, 256));

        BufferedImage sheet =
                ContactSheet.draw(captions, List.of(new ContactSheet.Column("large", "", large)));

        assertThat(sheet.getHeight()).isEqualTo(44 + 8 * 200);
        // 512 x 256 becomes 192 x 96 in the middle of its cell
        assertThat(new Color(sheet.getRGB(248 + 96, 44 + 96))).isEqualTo(Color.RED);
        assertThat(new Color(sheet.getRGB(248 + 96, 44 + 20))).isEqualTo(Color.WHITE);
    }

    @Test
    void shouldReadBackWhatItWrote(@TempDir Path directory) throws Exception {
        ImageFiles.write(
                directory.resolve("images"),
                List.of(plain(Color.CYAN, 3, 2), plain(Color.PINK, 3, 2)));

        List<BufferedImage> read = ImageFiles.read(directory.resolve("images"), 2);

        assertThat(read).extracting(BufferedImage::getWidth).containsExactly(3, 3);
        assertThat(new Color(read.get(1).getRGB(2, 1))).isEqualTo(Color.PINK);
    }
}
