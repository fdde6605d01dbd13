package io.laptopdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableDiffusionPipelineTest {

    private static final List<String> PROMPTS = List.of("a red circle", "a large yellow star", "");
    private static final long[] SEEDS = {7, 8, 9};

    @TempDir static Path directory;

    private static NDManager manager;
    private static StableDiffusionPipeline pipeline;

    @BeforeAll
    static void load() throws IOException {
        TinyTeacher.write(directory.resolve("teacher"), 1);
        manager = NDManager.newBaseManager();
        pipeline = StableDiffusionPipeline.load(directory.resolve("teacher"), manager);
    }

    @AfterAll
    static void close() {
        pipeline.close();
        manager.close();
    }

    @Test
    void shouldDrawWhatTheFormulasSay() {
        double guidance = 3;
        BufferedImage image =
                pipeline.generate(List.of(PROMPTS.get(0)), new long[] {5}, 2, guidance).get(0);

        // Song et al. 2021, equation 12, and Ho and Salimans 2022, equation 6, with separate passes
        NoiseScheduler noising = NoiseScheduler.read(directory.resolve("teacher/scheduler"));
        NDArray x = manager.create(LatentNoise.of(5, 4 * 8 * 8), new Shape(1, 4, 8, 8));
        NDArray with = pipeline.embed(List.of(PROMPTS.get(0)), manager).hiddenStates();
        NDArray without = pipeline.embed(List.of(""), manager).hiddenStates();
        for (int timestep : new int[] {501, 1}) {
            NDArray t = manager.create(new float[] {timestep});
            NDArray conditional = pipeline.unet().forward(x, t, with, null).sample();
            NDArray unconditional = pipeline.unet().forward(x, t, without, null).sample();
            NDArray noise = conditional.mul(guidance).add(unconditional.mul(1 - guidance));
            double a = noising.alphaCumprod(timestep);
            double to = noising.alphaCumprod(Math.max(0, timestep - 500));
            NDArray original = x.sub(noise.mul(Math.sqrt(1 - a))).div(Math.sqrt(a));
            x = original.mul(Math.sqrt(to)).add(noise.mul(Math.sqrt(1 - to)));
        }
        float[] pixels = pipeline.vae().decode(x.div(0.9)).toFloatArray();
        for (int i = 0; i < 32 * 32; i++) {
            int red = image.getRGB(i % 32, i / 32) >> 16 & 0xFF;
            assertThat((double) red).isBetween(level(pixels[i]) - 1, level(pixels[i]) + 1);
        }
    }

    private static double level(float value) {
        return Math.round(255 * Math.max(0, Math.min(1, (value + 1) / 2)));
    }

    @Test
    void shouldDrawTheSameImageWhateverTheBatch() {
        List<BufferedImage> together = generate(GenerationSettings.of(3, 4));
        List<BufferedImage> alone = generate(GenerationSettings.of(3, 4).withBatchSize(1));
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(largestDifference(together.get(i), alone.get(i))).isLessThanOrEqualTo(1);
        }
        assertThat(largestDifference(together.get(0), together.get(1))).isGreaterThan(10);
    }

    @Test
    void shouldDrawFromEmbeddingsWhatItDrawsFromText() {
        PromptEmbeddings embedded = pipeline.embed(PROMPTS, manager);
        List<BufferedImage> images =
                pipeline.generate(embedded, SEEDS, GenerationSettings.of(2, 4), (step, all) -> {});
        List<BufferedImage> expected = generate(GenerationSettings.of(2, 4));
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(largestDifference(images.get(i), expected.get(i))).isZero();
        }
    }

    @Test
    void shouldDrawWithAStudent() {
        UNet2DConditionModel student =
                pipeline.unet().prune(Set.of("mid_block.resnets.0"), manager);
        List<BufferedImage> images =
                pipeline.withUnet(student)
                        .generate(PROMPTS, SEEDS, GenerationSettings.of(2, 4), (step, all) -> {});
        assertThat(images).hasSize(3);
        assertThat(largestDifference(images.get(0), generate(GenerationSettings.of(2, 4)).get(0)))
                .isPositive();
        student.close();
    }

    @Test
    void shouldDrawInTheSizeAskedFor() {
        BufferedImage image = generate(new GenerationSettings(1, 1, 24, 40, 3)).get(0);
        assertThat(image.getHeight()).isEqualTo(24);
        assertThat(image.getWidth()).isEqualTo(40);
        assertThatThrownBy(() -> generate(new GenerationSettings(1, 1, 30, 32, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("height = 30");
    }

    @Test
    void shouldTellOfEveryStepAndStopWhenTheListenerThrows() {
        List<String> heard = new ArrayList<>();
        GenerationSettings settings = GenerationSettings.of(2, 1).withBatchSize(2);
        pipeline.generate(PROMPTS, SEEDS, settings, (step, steps) -> heard.add(step + "/" + steps));
        assertThat(heard).containsExactly("1/4", "2/4", "3/4", "4/4");
        IllegalStateException cancelled = new IllegalStateException("cancelled");
        assertThatThrownBy(
                        () ->
                                pipeline.generate(
                                        PROMPTS,
                                        SEEDS,
                                        settings,
                                        (step, steps) -> {
                                            throw cancelled;
                                        }))
                .isSameAs(cancelled);
    }

    @Test
    void shouldRefusePartsThatDoNotBelongTogether() throws IOException {
        Path broken = directory.resolve("broken");
        TinyTeacher.write(broken, 1);
        replace(
                broken.resolve("vae/config.json"),
                "\"latent_channels\" : 4",
                "\"latent_channels\" : 8");
        refuses(broken, "in_channels");
        replace(broken.resolve("model_index.json"), "AutoencoderKL", "VQModel");
        refuses(broken, "vae");
        replace(
                broken.resolve("model_index.json"),
                "\"StableDiffusionPipeline\"",
                "\"KandinskyPipeline\"");
        refuses(broken, "_class_name");
        refuses(directory.resolve("nowhere"), "model_index.json");
    }

    @Test
    void shouldRefuseATokenizerWithMoreTokensThanTheTextEncoderKnows() throws IOException {
        Path broken = directory.resolve("tokens");
        TinyTeacher.write(broken, 1);
        Path vocabulary = broken.resolve("tokenizer/vocab.json");
        Files.writeString(
                vocabulary, "{\"one-more\": 636, " + Files.readString(vocabulary).substring(1));
        refuses(broken, "tokenizer/vocab.json");
        refuses(broken, "636");
    }

    @Test
    void shouldMakeNoiseThatIsNormalAndOfItsSeedAlone() {
        float[] noise = LatentNoise.of(1, 100_000);
        double sum = 0;
        double squares = 0;
        for (float value : noise) {
            sum += value;
            squares += value * value;
        }
        // five standard errors of mean and variance
        assertThat(sum / noise.length).isBetween(-0.016, 0.016);
        assertThat(squares / noise.length).isBetween(0.978, 1.022);
        assertThat(LatentNoise.of(1, 10)).isEqualTo(java.util.Arrays.copyOf(noise, 10));
        assertThat(LatentNoise.of(2, 10)).isNotEqualTo(java.util.Arrays.copyOf(noise, 10));
    }

    private static void refuses(Path path, String field) {
        assertThatThrownBy(() -> StableDiffusionPipeline.load(path, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field);
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private static List<BufferedImage> generate(GenerationSettings settings) {
        return pipeline.generate(PROMPTS, SEEDS, settings, (step, all) -> {});
    }

    private static int largestDifference(BufferedImage a, BufferedImage b) {
        int largest = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference =
                            (a.getRGB(x, y) >> shift & 0xFF) - (b.getRGB(x, y) >> shift & 0xFF);
                    largest = Math.max(largest, Math.abs(difference));
                }
            }
        }
        return largest;
    }

    @Test
    void shouldDrawWithoutUnitsAsAPrunedStudentDoes() {
        Set<String> units =
                Set.of("mid_block.resnets.0", "down_blocks.0.attentions.0.transformer_blocks.0");
        List<BufferedImage> images;
        try (UNet2DConditionModel student = pipeline.unet().prune(units, manager)) {
            images = pipeline.withUnet(student).generate(PROMPTS, SEEDS, 2, 3);
        }
        List<BufferedImage> without = pipeline.withoutUnits(units).generate(PROMPTS, SEEDS, 2, 3);
        for (int i = 0; i < SEEDS.length; i++) {
            assertThat(rgb(without.get(i))).isEqualTo(rgb(images.get(i)));
        }
        assertThatThrownBy(() -> pipeline.withoutUnits(Set.of("conv_in")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldDecodeItsLatentsToItsImages() {
        GenerationSettings settings = GenerationSettings.of(2, 3);
        BufferedImage image = pipeline.generate(PROMPTS, SEEDS, 2, 3).get(1);
        try (NDManager own = manager.newSubManager()) {
            NDArray latents =
                    pipeline.latents(
                            pipeline.embed(PROMPTS, own), SEEDS, settings, (s, all) -> {}, own);
            assertThat(latents.getShape()).isEqualTo(new Shape(3, 4, 8, 8));
            float[] pixels = pipeline.vae().decode(latents.get("1:2").div(0.9)).toFloatArray();
            for (int i = 0; i < 32 * 32; i++) {
                int red = Math.round(Math.max(0, Math.min(1, pixels[i] / 2 + 0.5f)) * 255);
                assertThat(image.getRGB(i % 32, i / 32) >> 16 & 0xFF).isCloseTo(red, within(1));
            }
        }
    }

    private static int[] rgb(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
