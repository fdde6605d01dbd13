package io.laptopdiff.distillation.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.testing.TinyTar;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.LatentDistribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
        ArtifactStore store = new ArtifactStore(root);
        // Two images a shard, so that three make two of them.
        Encoding encoding = Encoding.of(store, teacher, ImageSource.open(directory), 2);
        return new DatasetEncoder(store).encode(encoding, manager, stop);
    }

    /** All but the sign of work. */
    private List<Path> files() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("worked-at"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldHoldWhatTheTeachersEncodersSay() {
        ImageSource images = ImageSource.open(home.resolve("images"));
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
        assertThat(files).as("two shards and the empty caption, each with its manifest").hasSize(6);
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
        Path teacher = root.resolve("linked");
        Files.createDirectories(teacher);
        for (String part : List.of("unet", "text_encoder", "tokenizer")) {
            Files.createSymbolicLink(teacher.resolve(part), home.resolve("teacher").resolve(part));
        }
        TinyTeacher.write(root.resolve("another"), 9);
        Path vae = teacher.resolve("vae");
        Files.createSymbolicLink(vae, home.resolve("teacher/vae"));
        String name = name(teacher);
        assertThat(name).isEqualTo(name(home.resolve("teacher")));
        Files.delete(vae);
        Files.createSymbolicLink(vae, root.resolve("another/vae"));
        assertThat(name(teacher)).isNotEqualTo(name);
    }

    private String name(Path teacher) {
        ImageSource images = ImageSource.open(home.resolve("images"));
        return Encoding.of(new ArtifactStore(root), teacher, images).name();
    }

    private Path shard(int number) throws IOException {
        return files().stream()
                .filter(file -> file.endsWith("shard-00000" + number + "/samples.safetensors"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNotTakeUpEncodingsOfAnotherFormat() {
        assertThat(name(home.resolve("teacher"))).isEqualTo(named(3)).isNotEqualTo(named(2));
    }

    private String named(int format) {
        return DatasetDigest.of(
                home.resolve("teacher"),
                ImageSource.open(home.resolve("images")),
                "format "
                        + format
                        + " decoding "
                        + ImageSource.DECODING
                        + " resolution 32 shards of 256");
    }

    @Test
    void shouldSayTheHashOfEveryShardBesideIt() throws Exception {
        encode(home.resolve("images"));
        byte[] samples = Files.readAllBytes(shard(1));
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(samples));
        assertThat(shard(1).resolveSibling("manifest.json"))
                .content()
                .contains("\"sha256\" : \"" + hash + "\"")
                .contains("\"images\" : [ 2 ]");
    }

    @Test
    void shouldEncodeAgainAShardOfWhichOneBitHasFlippedAndNoOther() throws IOException {
        encode(home.resolve("images")).close();
        byte[] whole = Files.readAllBytes(shard(0));
        byte[] flipped = whole.clone();
        flipped[whole.length - 9] ^= 4;
        Files.write(shard(0), flipped);
        Files.setLastModifiedTime(shard(1), FileTime.fromMillis(0));

        encode(home.resolve("images"));
        assertThat(shard(0)).hasBinaryContent(whole);
        assertThat(shard(1).toFile().lastModified()).isZero();
    }

    @Test
    void shouldKeepTheFirstOfTwoWorkersThatMakeTheSameShard() throws IOException {
        EncodedDataset first = encode(home.resolve("images"));
        byte[] whole = Files.readAllBytes(shard(0));
        EncodedShard late = new EncodedShard(shard(0).getParent());
        Map<String, NDArray> other = Map.of("x", manager.create(1f));
        ShardManifest kept = late.write(new ArtifactStore(root), other, List.of(9), Map.of());
        assertThat(kept.images()).containsExactly(0, 1);
        assertThat(shard(0)).hasBinaryContent(whole);
        assertThat(first.size()).isEqualTo(3);
    }

    @Test
    void shouldNameTheSameSamplesAlikeWhereverTheyLie() throws IOException {
        ImageSource folder = ImageSource.open(home.resolve("images"));
        TinyTar tar = new TinyTar();
        for (int i = 0; i < folder.size(); i++) {
            tar.with(i + ".png", folder.content(i)).with(i + ".txt", folder.caption(i));
        }
        encode(home.resolve("images"));
        encode(tar.write(root.resolve("same.tar")));
        assertThat(encodings()).hasSize(1);
    }

    @Test
    void shouldEncodeOtherImagesAnew() throws IOException {
        encode(home.resolve("images"));
        TinyTeacher.writeImages(root.resolve("others"), 3, 3);
        encode(root.resolve("others"));
        assertThat(files().stream().filter(file -> file.startsWith(root.resolve("encoded"))))
                .hasSize(12);
    }

    @Test
    void shouldEncodeAgainWhatWasCutOff() throws IOException {
        encode(home.resolve("images"));
        Path damaged = shard(0);
        Files.write(damaged, new byte[100]);
        assertThat(encode(home.resolve("images")).read(0, manager).mean().getShape())
                .isEqualTo(new Shape(1, 4, 8, 8));
    }

    @Test
    void shouldStopWhenTold() throws IOException {
        assertThat(encode(home.resolve("images"), () -> true)).isEmpty();
        assertThat(files()).noneMatch(file -> file.toString().contains("shard-"));
    }
}
