package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.diffusion.testing.TinyTar;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {

    @TempDir Path home;

    private static void assertColour(CaptionedImage image, int red, int green, int blue) {
        assertThat(image.pixels()[0]).isEqualTo(red / 127.5f - 1);
        int area = image.height() * image.width();
        assertThat(image.pixels()[area]).isEqualTo(green / 127.5f - 1);
        assertThat(image.pixels()[2 * area]).isEqualTo(blue / 127.5f - 1);
    }

    @Test
    void shouldReadCaptionsBesideImages() throws IOException {
        Path folder = Files.createDirectories(home.resolve("folder/10_cat"));
        Files.write(folder.resolve("b.png"), TinyTar.picture(Color.BLUE, 8, "png"));
        Files.writeString(folder.resolve("b.txt"), "a blue square\n");
        Files.write(folder.resolve("a.JPG"), TinyTar.picture(Color.WHITE, 8, "jpg"));
        Files.writeString(folder.resolve("a.txt"), "ein weißes Quadrat");
        Files.write(folder.resolve("silent.png"), TinyTar.picture(Color.BLUE, 8, "png"));
        Files.writeString(folder.resolve("readme.txt"), "about");

        ImageSource images = ImageSource.open(home.resolve("folder"));

        assertThat(images.captions()).containsExactly("ein weißes Quadrat", "a blue square");
        assertThat(images.leftOut())
                .singleElement()
                .satisfies(
                        image -> {
                            assertThat(image.reason()).isEqualTo(Unusable.NO_CAPTION);
                            assertThat(image.where()).endsWith("silent.png");
                        });
        assertThat(images.others().count()).as("readme.txt").isEqualTo(1);
        assertThat(images.others().first().get(0)).endsWith("readme.txt");
        assertColour(images.read(1), 0, 0, 255);
    }

    @Test
    void shouldReadTheShardsOfADirectoryInTheOrderOfTheirNames() {
        new TinyTar()
                .sample("000002", Color.GREEN, 8)
                .sample("000003", Color.BLUE, 8)
                .write(home.resolve("shards/x-000001.tar"));
        new TinyTar().sample("000001", Color.RED, 8).write(home.resolve("shards/x-000000.tar"));

        ImageSource images = ImageSource.open(home.resolve("shards"));

        assertThat(images.captions())
                .containsExactly("a picture 000001", "a picture 000002", "a picture 000003");
        assertColour(images.read(0), 255, 0, 0);
        assertColour(images.read(1), 0, 255, 0);
        assertColour(images.read(2), 0, 0, 255);
        assertThat(images.where(1)).endsWith("x-000001.tar!000002.png");
        assertThat(
                        ImageSource.open(
                                        List.of(
                                                home.resolve("shards/x-000001.tar"),
                                                home.resolve("shards/x-000000.tar")))
                                .captions())
                .containsExactly("a picture 000002", "a picture 000003", "a picture 000001");
    }

    @Test
    void shouldGroupEntriesByWhatTheirNamesHaveBeforeTheFirstDot() {
        String deep = "a/".repeat(80) + "v1.0/long-name";
        byte[] red = TinyTar.picture(Color.RED, 8, "png");
        Path shard =
                new TinyTar()
                        .with("d/1.txt", "text wins")
                        .with("d/1.seg.png", TinyTar.picture(Color.BLACK, 8, "png"))
                        .with("d/1.png", red)
                        .with("d/1.json", "{\"caption\": \"json\"}")
                        .with("d/2.json", "{\"width\": 8, \"caption\": \" from json \"}")
                        .with("d/2.PNG", red)
                        .with("d/3.png", red)
                        .with("d/4.png", red)
                        .with("d/4.json", "{\"caption\": 4}")
                        .with("d/5.txt", "no image")
                        .with("._d/6.png", "resource fork")
                        .with(deep + ".png", red)
                        .with(deep + ".txt", "deep")
                        .write(home.resolve("one.tar"));

        ImageSource images = ImageSource.open(shard);

        assertThat(images.captions()).containsExactly("text wins", "from json", "deep");
        assertThat(images.leftOut())
                .extracting(LeftOut::where)
                .containsExactly(shard + "!d/3.png", shard + "!d/4.png");
        assertThat(images.others().first())
                .containsExactlyInAnyOrder("d/1.seg.png", "d/5.txt", "._d/6.png");
        for (int i = 0; i < images.size(); i++) {
            assertThat(images.content(i)).isEqualTo(red);
        }
    }

    @Test
    void shouldSayWhyAnImageCannotBeUsed() {
        byte[] png = TinyTar.picture(Color.RED, 64, "png");
        byte[] jpeg = TinyTar.picture(Color.RED, 64, "jpg");
        Path shard =
                new TinyTar()
                        .with("0.png", "no image".getBytes(StandardCharsets.UTF_8))
                        .with("0.txt", "zero")
                        .with("1.png", Arrays.copyOf(png, png.length / 2))
                        .with("1.txt", "one")
                        .with("2.jpg", Arrays.copyOf(jpeg, jpeg.length - 30))
                        .with("2.txt", "two")
                        .sample("3", Color.RED, 63)
                        .with("4.jpg", "____ftypavif____")
                        .with("4.txt", "AVIF under another name")
                        .with("5.png", new byte[0])
                        .with("5.txt", "five")
                        .sample("6", Color.RED, 64)
                        .write(home.resolve("bad.tar"));
        ImageSource images = ImageSource.open(shard);
        assertThat(images.size()).isEqualTo(7);
        assertThat(List.of(0, 1, 2, 5)).allMatch(i -> reason(images, i) == Unusable.CORRUPT);
        assertThat(reason(images, 3)).isEqualTo(Unusable.TOO_SMALL);
        assertThat(reason(images, 4)).isEqualTo(Unusable.UNSUPPORTED);
        assertThat(images.readUsable(6, 512).height()).isEqualTo(512);
        assertThat(images.read(3).height()).as("who does not train takes it").isEqualTo(63);
    }

    private static Unusable reason(ImageSource images, int index) {
        UnusableImageException thrown =
                catchThrowableOfType(
                        UnusableImageException.class, () -> images.readUsable(index, 512));
        assertThat(thrown).as("image %d", index).isNotNull();
        assertThat(thrown.where()).isEqualTo(images.where(index));
        return thrown.reason();
    }

    @Test
    void shouldRefuseWhatIsNoTarFile() throws IOException {
        Path shard = new TinyTar().sample("1", Color.RED, 64).write(home.resolve("cut.tar"));
        byte[] whole = Files.readAllBytes(shard);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(whole);
        twice.write(whole);
        Path appended = Files.write(home.resolve("appended.tar"), twice.toByteArray());
        assertThatThrownBy(() -> ImageSource.open(appended))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("another tar file that was appended")
                .hasMessageContaining("--ignore-zeros");
        Files.write(shard, Arrays.copyOf(whole, 600));
        assertThatThrownBy(() -> ImageSource.open(shard))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("cut.tar")
                .hasMessageContaining("cannot be read");

        Path silent =
                new TinyTar()
                        .with("1.png", TinyTar.picture(Color.RED, 8, "png"))
                        .write(home.resolve("silent.tar"));
        assertThatThrownBy(() -> ImageSource.open(silent))
                .hasMessageContaining("None of the 1 images has a caption");

        Files.createDirectory(home.resolve("empty"));
        assertThatThrownBy(() -> ImageSource.open(home.resolve("empty")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no metadata.jsonl, no tar file");
    }
}
