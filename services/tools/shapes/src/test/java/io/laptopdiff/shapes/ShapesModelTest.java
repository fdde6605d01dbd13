package io.laptopdiff.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.shapes.tokenizer.CaptionTokenizer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model as it lies in the jar. */
class ShapesModelTest {

    private static final long LARGEST_BYTES = 12_000_000;

    @TempDir Path home;
    private ShapesModel model;

    @BeforeEach
    void extract() throws IOException {
        model = ShapesModel.extractTo(home);
    }

    @Test
    void shouldBeSmallAndHalfPrecision() throws IOException {
        List<Path> weights =
                files().filter(file -> file.toString().endsWith(".safetensors")).toList();

        assertThat(weights).hasSize(4);
        assertThat(weights.stream().mapToLong(ShapesModelTest::size).sum())
                .isLessThanOrEqualTo(LARGEST_BYTES);
        for (Path file : weights) {
            try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
                assertThat(tensors.tensors().values())
                        .allSatisfy(tensor -> assertThat(tensor.type()).isEqualTo(TensorType.F16));
            }
        }
    }

    @Test
    void shouldHaveTheUnitsOfStableDiffusion() {
        UNetLayout layout = UNetLayout.of(UNetConfig.read(model.model().resolve("unet")));

        assertThat(layout.units()).hasSize(38);
    }

    @Test
    void shouldDrawTheSameImageAgainFromAPrompt() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(model.model(), manager)) {
            List<String> prompt = List.of("a large red circle on a white background");
            BufferedImage image = pipeline.generate(prompt, new long[] {5}, 4, 3).get(0);
            BufferedImage again = pipeline.generate(prompt, new long[] {5}, 4, 3).get(0);

            assertThat(image.getWidth()).isEqualTo(64);
            assertThat(image.getHeight()).isEqualTo(64);
            assertThat(pixels(image)).isEqualTo(pixels(again));
            assertThat(Set.of(pixels(image)[0], pixels(image)[64 * 32 + 32])).hasSize(2);
        }
    }

    @Test
    void shouldHaveAScorerOfTheSameVocabulary() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                ClipModel scorer = ClipModel.load(model.scorer(), manager);
                ClipTokenizer tokenizer = ClipTokenizer.load(model.scorer())) {
            assertThat(scorer.config().text().vocabSize()).isEqualTo(tokenizer.vocabSize());
            assertThat(tokenizer.vocabSize()).isEqualTo(CaptionTokenizer.size());
        }
    }

    @Test
    void shouldCarryTheTokenizerThatThisSourceWrites() throws IOException {
        Path written = home.resolve("written");
        CaptionTokenizer.write(written, 24);

        for (String file :
                List.of(
                        "vocab.json",
                        "merges.txt",
                        "special_tokens_map.json",
                        "tokenizer_config.json")) {
            assertThat(model.model().resolve("tokenizer").resolve(file))
                    .hasSameBinaryContentAs(written.resolve(file));
            assertThat(model.scorer().resolve(file)).hasSameBinaryContentAs(written.resolve(file));
        }
    }

    @Test
    void shouldKeepWhatIsThereAlready() throws IOException {
        Map<Path, FileTime> before = times();

        ShapesModel.extractTo(home);

        assertThat(times()).isEqualTo(before);
    }

    @Test
    void shouldReplaceADirectoryThatIsHalfThere() throws IOException {
        Path unet = model.model().resolve("unet/diffusion_pytorch_model.safetensors");
        byte[] whole = Files.readAllBytes(unet);
        Files.write(unet, new byte[10]);
        Files.delete(model.model().resolve("model_index.json"));
        Map<Path, FileTime> scorer = timesIn(model.scorer());

        ShapesModel.extractTo(home);

        assertThat(unet).hasBinaryContent(whole);
        assertThat(model.model().resolve("model_index.json")).exists();
        assertThat(timesIn(model.scorer())).isEqualTo(scorer);
    }

    @Test
    void shouldLeaveNothingBesidesTheModels() throws IOException {
        try (Stream<Path> listing = Files.list(home)) {
            assertThat(new HashSet<>(listing.toList()))
                    .isEqualTo(Set.of(model.model(), model.scorer()));
        }
    }

    private Stream<Path> files() throws IOException {
        return times().keySet().stream();
    }

    private Map<Path, FileTime> times() throws IOException {
        return timesIn(home);
    }

    private static Map<Path, FileTime> timesIn(Path directory) throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, 64, 64, null, 0, 64);
    }
}
