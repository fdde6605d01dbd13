package io.laptopdiff.shapes.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapesDatasetTest {

    /** Made once by this generator; the shipped weights were trained on these bits. */
    private static final String GOLDEN =
            "a8bbbde473ba9043503a14cc53f09ec31022926a352f8f1b889a7dc22512d7f6";

    /**
     * The smallest figure, a small star, covers 1.32 x (8 x 0.95)^2 = 76 pixels, of which some are
     * mixed at its edge.
     */
    private static final int LEAST_PIXELS = 35;

    private static final List<ShapesDataset> DATASETS =
            List.of(
                    ShapesDataset.training(7),
                    ShapesDataset.training(-1),
                    ShapesDataset.heldOut(7),
                    ShapesDataset.heldOut(99));

    @Test
    void shouldDrawTheSameBitsForEver() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (ShapesDataset dataset : DATASETS) {
            for (long index : new long[] {0, 1, 2, 3, 4, 5, 6, 7, 1_000_000_007L}) {
                Drawing drawing = dataset.get(index);
                digest.update(drawing.image().caption().getBytes(StandardCharsets.UTF_8));
                int[] pixels = pixels(drawing);
                ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length);
                bytes.asIntBuffer().put(pixels);
                digest.update(bytes.array());
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(GOLDEN);
    }

    @Test
    void shouldDrawTheSameWhateverWasDrawnBefore() {
        ShapesDataset one = ShapesDataset.training(3);
        ShapesDataset other = ShapesDataset.training(3);
        other.get(4);
        other.get(5);

        assertThat(pixels(other.get(2))).isEqualTo(pixels(one.get(2)));
        assertThat(other.get(2).scene()).isEqualTo(one.get(2).scene());
    }

    @Test
    void shouldDrawAnotherImageForEveryIndexSeedAndSplit() {
        Set<Integer> seen = new HashSet<>();
        for (ShapesDataset dataset : DATASETS) {
            for (int index = 0; index < 50; index++) {
                seen.add(Arrays.hashCode(pixels(dataset.get(index))));
            }
        }

        assertThat(seen).hasSize(200);
    }

    @Test
    void shouldNeverTrainOnAHeldOutCaption() {
        Set<String> trained = captions(ShapesDataset.training(7), 5_000);
        Set<String> heldOut = captions(ShapesDataset.heldOut(99), 2_000);

        assertThat(heldOut).hasSizeGreaterThan(500).doesNotContainAnyElementsOf(trained);
    }

    @Test
    void shouldShowEveryWordInBothSplits() {
        for (Split split : Split.values()) {
            String all = String.join(" ", captions(new ShapesDataset(split, 1), 1_000)) + " ";
            for (Colour colour : Colour.values()) {
                assertThat(all).contains(" " + colour.word() + " ");
            }
            for (Kind kind : Kind.values()) {
                assertThat(all).contains(" " + kind.word() + " ");
            }
            for (Size size : Size.values()) {
                assertThat(all).contains(" " + size.word() + " ");
            }
            for (Relation relation : Relation.values()) {
                assertThat(all).contains(" " + relation.words() + " ");
            }
        }
    }

    @Test
    void shouldPaintTheColoursThatTheCaptionNames() {
        for (int index = 0; index < 300; index++) {
            Drawing drawing = ShapesDataset.training(11).get(index);
            Map<Colour, Integer> counts = new EnumMap<>(Colour.class);
            for (int rgb : pixels(drawing)) {
                counts.merge(nearest(rgb), 1, Integer::sum);
            }
            Scene scene = drawing.scene();

            assertThat(counts.get(scene.background()))
                    .as(scene.caption())
                    .isGreaterThan(64 * 64 / 2);
            assertThat(counts.get(scene.first().colour()))
                    .as(scene.caption())
                    .isGreaterThan(LEAST_PIXELS);
            scene.second()
                    .ifPresent(
                            other ->
                                    assertThat(counts.get(other.figure().colour()))
                                            .as(scene.caption())
                                            .isGreaterThan(LEAST_PIXELS));
        }
    }

    @Test
    void shouldPlaceTheFirstFigureWhereTheCaptionSays() {
        int pairs = 0;
        for (int index = 0; index < 300; index++) {
            Drawing drawing = ShapesDataset.training(12).get(index);
            Scene scene = drawing.scene();
            if (scene.second().isEmpty()
                    || scene.second().get().figure().colour() == scene.first().colour()) {
                continue;
            }
            pairs++;
            double[] first = centre(drawing, scene.first().colour());
            double[] second = centre(drawing, scene.second().get().figure().colour());
            double right = first[0] - second[0];
            double down = first[1] - second[1];
            String caption = scene.caption();
            double along =
                    caption.contains(" left of ")
                            ? -right
                            : caption.contains(" right of ")
                                    ? right
                                    : caption.contains(" above ") ? -down : down;

            assertThat(along).as(caption).isGreaterThan(20);
        }
        assertThat(pairs).isGreaterThan(100);
    }

    @Test
    void shouldDrawLargerFiguresLarger() {
        Map<Size, Integer> pixels = new EnumMap<>(Size.class);
        for (Size size : Size.values()) {
            Figure figure = new Figure(size, Colour.RED, Kind.HEART);
            Scene scene = new Scene(figure, Optional.empty(), Colour.WHITE);
            byte[] rgb = Canvas.paint(scene, new RandomStream(1));
            int count = 0;
            for (int i = 0; i < rgb.length; i += 3) {
                count += (rgb[i + 1] & 0xFF) < 140 ? 1 : 0; // red has little green, white much
            }
            pixels.put(size, count);
        }

        assertThat(pixels.get(Size.MEDIUM)).isGreaterThan(pixels.get(Size.SMALL) * 3 / 2);
        assertThat(pixels.get(Size.LARGE)).isGreaterThan(pixels.get(Size.MEDIUM) * 3 / 2);
    }

    private static Set<String> captions(ShapesDataset dataset, int count) {
        Set<String> captions = new HashSet<>();
        for (int index = 0; index < count; index++) {
            RandomStream random =
                    new RandomStream(dataset.split().ordinal(), dataset.seed(), index);
            captions.add(SceneSource.next(random, dataset.split()).caption());
        }
        return captions;
    }

    private static int[] pixels(Drawing drawing) {
        BufferedImage image = drawing.image().toBufferedImage();
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /** Mean x and y of the pixels that have a colour. */
    private static double[] centre(Drawing drawing, Colour colour) {
        int[] pixels = pixels(drawing);
        double[] sum = new double[3];
        for (int i = 0; i < pixels.length; i++) {
            if (nearest(pixels[i]) == colour) {
                sum[0] += i % 64;
                sum[1] += i / 64;
                sum[2]++;
            }
        }
        return new double[] {sum[0] / sum[2], sum[1] / sum[2]};
    }

    private static Colour nearest(int rgb) {
        Colour best = Colour.RED;
        for (Colour colour : Colour.values()) {
            if (distance(colour, rgb) < distance(best, rgb)) {
                best = colour;
            }
        }
        return best;
    }

    private static int distance(Colour colour, int rgb) {
        int sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            int difference = (rgb >> 16 - 8 * channel & 0xFF) - colour.channel(channel);
            sum += difference * difference;
        }
        return sum;
    }
}
