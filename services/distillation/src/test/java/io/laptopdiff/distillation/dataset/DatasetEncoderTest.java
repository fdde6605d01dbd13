package io.laptopdiff.distillation.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.LatentDistribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetEncoderTest {

    @TempDir private static Path home;
    @TempDir Path root;
    private final NDManager manager = NDManager.newBaseManager();

    @BeforeAll
    static void write() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private EncodedDataset encode(Path images) {
        return encode(images, () -> false).orElseThrow();
    }

    private Optional<EncodedDataset> encode(Path directory, BooleanSupplier stop) {
        Path teacher = home.resolve("teacher");
        ImageFolder images = ImageFolder.open(directory);
        String name = DatasetEncoder.name(teacher, images);
        return new DatasetEncoder(new ArtifactStore(root))
                .encode(name, teacher, images, manager, stop);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void shouldHoldWhatTheTeachersEncodersSay() {
        ImageFolder images = ImageFolder.open(home.resolve("images"));
        EncodedSample sample = encode(home.resolve("images")).read(2, manager);

        AutoencoderKL vae = AutoencoderKL.load(home.resolve("teacher/vae"), manager);
        CaptionedImage image = images.read(2);
        LatentDistribution latent =
                vae.encode(
                        manager.create(
                                image.pixels(), new Shape(1, 3, image.height(), image.width())));
        assertClose(sample.mean(), latent.mean().mul(0.9f)); // the tiny teacher's scaling factor
        assertClose(sample.deviation(), latent.logvar().mul(0.5f).exp().mul(0.9f));

        ClipTextModel text = ClipTextModel.load(home.resolve("teacher/text_encoder"), manager);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(home.resolve("teacher/tokenizer"))) {
            assertClose(
                    sample.caption().text(),
                    text.encode(tokenizer.encode(List.of(image.caption()), manager))
                            .lastHiddenState());
            assertClose(
                    encode(home.resolve("images")).emptyCaption().text(),
                    text.encode(tokenizer.encode(List.of(""), manager)).lastHiddenState());
        }
        assertThat(sample.caption().pooled()).isNull();
    }

    /** A batch rounds differently from a single image. */
    private static void assertClose(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat(actual.toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(expected.toFloatArray());
    }

    @Test
    void shouldEncodeOnceForAllWhoTrainOnTheSameData() throws IOException {
        encode(home.resolve("images"));
        List<Path> files = files();
        assertThat(files).hasSize(2);
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        }
        encode(home.resolve("images"));
        assertThat(files()).isEqualTo(files);
        assertThat(files).allMatch(file -> file.toFile().lastModified() == 0);
    }

    @Test
    void shouldKnowImagesByTheirContentAndNotByWhenTheyWereWritten() throws IOException {
        Path images = root.resolve("mine");
        TinyTeacher.writeImages(images, 3, 2);
        encode(home.resolve("images"));
        Files.setLastModifiedTime(images.resolve("000001.png"), FileTime.fromMillis(0));
        encode(images);
        assertThat(encodings()).hasSize(1);

        byte[] other = Files.readAllBytes(images.resolve("000002.png"));
        Files.write(images.resolve("000001.png"), other);
        Files.setLastModifiedTime(images.resolve("000001.png"), FileTime.fromMillis(0));
        encode(images);
        assertThat(encodings()).hasSize(2);
    }

    private List<Path> encodings() throws IOException {
        try (Stream<Path> children = Files.list(root.resolve("encoded"))) {
            return children.toList();
        }
    }

    /** As model caches lay models out. */
    @Test
    void shouldKnowEncodersThroughLinks() throws IOException {
        ImageFolder images = ImageFolder.open(home.resolve("images"));
        Path teacher = root.resolve("linked");
        Files.createDirectories(teacher);
        for (String part : List.of("unet", "text_encoder", "tokenizer")) {
            Files.createSymbolicLink(teacher.resolve(part), home.resolve("teacher").resolve(part));
        }
        TinyTeacher.write(root.resolve("another"), 9);
        Path vae = teacher.resolve("vae");
        Files.createSymbolicLink(vae, home.resolve("teacher/vae"));
        String name = DatasetEncoder.name(teacher, images);
        assertThat(name).isEqualTo(DatasetEncoder.name(home.resolve("teacher"), images));
        Files.delete(vae);
        Files.createSymbolicLink(vae, root.resolve("another/vae"));
        assertThat(DatasetEncoder.name(teacher, images)).isNotEqualTo(name);
    }

    @Test
    void shouldNotTakeUpEncodingsOfTheFormatThatReadGreyOtherwise() {
        ImageFolder images = ImageFolder.open(home.resolve("images"));
        Path teacher = home.resolve("teacher");
        assertThat(DatasetEncoder.name(teacher, images))
                .isEqualTo(DatasetDigest.of(teacher, images, 32, 2))
                .isNotEqualTo(DatasetDigest.of(teacher, images, 32, 1));
    }

    @Test
    void shouldEncodeOtherImagesAnew() throws IOException {
        encode(home.resolve("images"));
        TinyTeacher.writeImages(root.resolve("others"), 3, 3);
        encode(root.resolve("others"));
        assertThat(files().stream().filter(file -> file.startsWith(root.resolve("encoded"))))
                .hasSize(4);
    }

    @Test
    void shouldEncodeAgainWhatWasCutOff() throws IOException {
        encode(home.resolve("images"));
        Path damaged = files().get(1);
        Files.write(damaged, new byte[100]);
        assertThat(encode(home.resolve("images")).read(0, manager).mean().getShape())
                .isEqualTo(new Shape(1, 4, 8, 8));
    }

    @Test
    void shouldStopWhenTold() throws IOException {
        assertThat(encode(home.resolve("images"), () -> true)).isEmpty();
        assertThat(files()).noneMatch(file -> file.toString().contains("images-"));
    }
}
