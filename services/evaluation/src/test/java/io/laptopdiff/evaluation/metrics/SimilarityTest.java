package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.clip.ClipModel;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On embeddings and logits that OpenAI's CLIP gave for golden/clip/clip-tiny. */
class SimilarityTest {

    private static final Path GOLDEN =
            Path.of("../libs/diffusion/src/test/resources/golden/clip/clip-tiny");

    private static float[][] images;
    private static float[][] captions;
    private static float[] logits; // of (image, caption 0), (image, caption 1), ...
    private static double scale;

    @BeforeAll
    static void read() {
        try (NDManager manager = NDManager.newBaseManager();
                SafetensorsFile io = SafetensorsFile.open(GOLDEN.resolve("io.safetensors"));
                ClipModel model = ClipModel.load(GOLDEN, manager)) {
            NDArray pixels = io.readFloat32("pixel_values", manager);
            images = rows(model.imageEmbeds(pixels));
            captions = Arrays.copyOf(rows(io.readFloat32("text_embeds", manager)), images.length);
            logits = io.readFloat32("logits_per_image", manager).toFloatArray(); // (3, 4)
            scale = model.scale();
        }
    }

    private static float[][] rows(NDArray array) {
        float[][] rows = new float[(int) array.getShape().get(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = array.get(i).toFloatArray();
        }
        return rows;
    }

    @Test
    void shouldGiveTheLogitsOfPickScoreAndHpsAsClipItselfDoes() {
        double[] expected = {logits[0], logits[5], logits[10]};

        assertThat(Similarity.each(ScorerMetric.PICK_SCORE, images, captions, scale))
                .containsExactly(expected, within(1e-3));
        assertThat(Similarity.each(ScorerMetric.HPS_V2, images, captions, scale))
                .containsExactly(expected, within(1e-3));
    }

    @Test
    void shouldGiveTheClipScoreWithoutTheScaleAndNothingBelowZero() {
        double[] scores = Similarity.each(ScorerMetric.CLIP_SCORE, images, captions, scale);

        for (int i = 0; i < scores.length; i++) {
            double product = 0;
            double image = 0;
            double caption = 0;
            for (int j = 0; j < images[i].length; j++) {
                product += images[i][j] * captions[i][j];
                image += images[i][j] * images[i][j];
                caption += captions[i][j] * captions[i][j];
            }
            double cosine = product / Math.sqrt(image * caption);
            assertThat(scores[i]).isCloseTo(Math.max(0, 100 * cosine), within(1e-4));
            assertThat(cosine * scale).isCloseTo(logits[5 * i], within(1e-3));
        }
    }
}
