package io.laptopdiff.distillation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.distillation.TrainingImages;
import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.testing.TinyTar;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusableImagesTest {

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
        ArtifactStore store = new ArtifactStore(root);
        Encoding encoding =
                Encoding.of(store, home.resolve("teacher"), ImageSource.open(images), 2);
        return new DatasetEncoder(store).encode(encoding, manager, () -> false).orElseThrow();
    }

    /** A batch of another size rounds differently. */
    private static void assertSame(NDArray actual, NDArray expected) {
        assertThat(actual.toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(expected.toFloatArray());
    }

    @Test
    void shouldLeaveOutAndCountWhatCannotBeUsed() throws IOException {
        EncodedDataset all = encode(home.resolve("images"));
        ImageSource images = ImageSource.open(home.resolve("images"));
        Path shard =
                new TinyTar()
                        .with("0.png", images.content(0))
                        .with("0.txt", images.caption(0))
                        .with("1.png", "no image")
                        .with("1.txt", "broken")
                        .sample("2", Color.RED, 3)
                        .sample("3", Color.RED, 3)
                        .with("4.png", images.content(1))
                        .with("4.txt", images.caption(1))
                        .with("5.png", images.content(2))
                        .with("6.png", images.content(2))
                        .with("6.txt", images.caption(2))
                        .with("7.png", images.content(2))
                        .with("7.txt", "\r\n")
                        .with("8.avif", "not decoded")
                        .with("8.txt", "eight")
                        .write(root.resolve("mixed.tar"));

        EncodedDataset mixed = encode(shard);
        assertThat(mixed.images())
                .isEqualTo(
                        new TrainingImages(
                                3,
                                Map.of(
                                        "corrupt", 1,
                                        "too-small", 2,
                                        "no-caption", 2,
                                        "unsupported-format", 1)));
        for (int i = 0; i < 3; i++) {
            assertSame(mixed.read(i, manager).mean(), all.read(i, manager).mean());
            assertSame(
                    mixed.read(i, manager).caption().text(), all.read(i, manager).caption().text());
        }
        assertThat(encode(shard).images()).as("known without encoding").isEqualTo(mixed.images());
    }

    @Test
    void shouldFailOnlyWhenNothingUsableIsLeft() {
        Path shard =
                new TinyTar()
                        .sample("2", Color.RED, 3)
                        .with("1.png", "no image")
                        .with("1.txt", "broken")
                        .write(root.resolve("bad.tar"));
        assertThatThrownBy(() -> encode(shard))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("None of the 2 images can be trained on")
                .hasMessageContaining("corrupt=1")
                .hasMessageContaining("too-small=1")
                .hasMessageContaining("at least 4 pixels");
    }

    /** Images that were encoded sideways or in wrong colours are not taken for the same. */
    @Test
    void shouldNotTakeUpWhatWasEncodedWhenImagesWereDecodedInAnotherWay() throws IOException {
        ImageSource images = ImageSource.open(home.resolve("images"));
        Path teacher = home.resolve("teacher");
        Encoding now = Encoding.of(new ArtifactStore(root), teacher, images, 2);
        String format = "format 3 resolution " + now.resolution() + " shards of 2";
        assertThat(DatasetDigest.of(teacher, images, format)).isNotEqualTo(now.name());
        String decoding = format.replace("3 ", "3 decoding " + ImageSource.DECODING + " ");
        assertThat(DatasetDigest.of(teacher, images, decoding)).isEqualTo(now.name());
    }
}
