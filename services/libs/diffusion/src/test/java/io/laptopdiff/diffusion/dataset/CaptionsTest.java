package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.laptopdiff.diffusion.testing.TinyTar;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionsTest {

    @TempDir Path home;
    private Path data;

    @BeforeEach
    void make() throws IOException {
        data = Files.createDirectory(home.resolve("data"));
    }

    private Path picture(String name) throws IOException {
        return Files.write(data.resolve(name), TinyTar.picture(Color.RED, 8, "png"));
    }

    private Path text(String name, String content) throws IOException {
        return Files.writeString(data.resolve(name), content);
    }

    private DatasetException refusal(Path place) {
        DatasetException thrown =
                catchThrowableOfType(DatasetException.class, () -> ImageSource.open(place));
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void shouldFindCaptionsByTheNamesThatPeopleGiveThem() throws IOException {
        for (String name : new String[] {"0.png", "1.png", "2.png", "3.png", "4.PNG", "5.png"}) {
            picture(name);
        }
        text("0.caption", "zero");
        text("1.TXT", "\uFEFFone\r\n");
        text("2.png.txt", "two");
        text("2.txt", "of another picture");
        text("3.json", "{\"width\": 8, \"text\": \"three\"}");
        text("4.txt", "");
        text("4.json", "{\"prompt\": \"four\"}");
        Files.write(data.resolve("5.txt"), "\uFEFFfünf".getBytes(StandardCharsets.UTF_16LE));

        assertThat(ImageSource.open(data).captions())
                .containsExactly("zero", "one", "two", "three", "four", "fünf");
    }

    @Test
    void shouldLeaveAloneWhatProgramsPutIntoDirectoriesOfTheirOwn() throws IOException {
        for (String directory : new String[] {".ipynb_checkpoints", ".Trash-1000/files"}) {
            Files.createDirectories(data.resolve(directory));
            picture(directory + "/0-checkpoint.png");
            text(directory + "/0-checkpoint.txt", "an older caption");
        }
        picture("0.png");
        text("0.txt", "zero");

        ImageSource beside = ImageSource.open(data);
        assertThat(beside.captions()).containsExactly("zero");
        assertThat(beside.leftOut()).isEmpty();
        assertThat(beside.others().count()).isEqualTo(4);

        text("metadata.jsonl", "{\"file_name\": \"0.png\", \"text\": \"of metadata\"}");
        ImageSource named = ImageSource.open(data);
        assertThat(named.captions()).containsExactly("of metadata");
        assertThat(named.leftOut()).isEmpty();
    }

    @Test
    void shouldReadADataSetThatLiesInAHiddenDirectoryItself() throws IOException {
        data = Files.createDirectories(home.resolve(".cache/data"));
        picture("0.png");
        text("0.json", "{\"caption\": \"zero\"}");
        assertThat(ImageSource.open(data).captions()).containsExactly("zero");
    }

    @Test
    void shouldLeaveHiddenDirectoriesOfATarFileAlone() {
        byte[] red = TinyTar.picture(Color.RED, 8, "png");
        Path shard =
                new TinyTar()
                        .with("./0.png", red)
                        .with("./0.txt", "zero")
                        .with("./.ipynb_checkpoints/0-checkpoint.png", red)
                        .with("./.ipynb_checkpoints/0-checkpoint.txt", "an older caption")
                        .write(home.resolve("a.tar"));
        ImageSource images = ImageSource.open(shard);
        assertThat(images.captions()).containsExactly("zero");
        assertThat(images.others().count()).isEqualTo(2);
    }

    /** Python's json writes it for a score that there is none of. */
    @Test
    void shouldReadNotANumberBesideCaptions() throws IOException {
        picture("0.png");
        text("0.json", "{\"similarity\": NaN, \"caption\": \"zero\"}");
        assertThat(ImageSource.open(data).captions()).containsExactly("zero");
        text(
                "metadata.jsonl",
                "{\"file_name\": \"0.png\", \"text\": \"of metadata\", \"score\": NaN}");
        assertThat(ImageSource.open(data).captions()).containsExactly("of metadata");
        Path prompts = text("prompts.jsonl", "{\"prompt\": \"a cat\", \"score\": -Infinity}");
        assertThat(PromptList.read(prompts)).containsExactly("a cat");
    }

    @Test
    void shouldUnpackACompressedTarFileThatIsNamedAsAPlainOne() throws IOException {
        Path plain =
                new TinyTar()
                        .with("0.png", TinyTar.picture(Color.RED, 8, "png"))
                        .with("0.txt", "zero")
                        .write(home.resolve("plain.tar"));
        Path packed = home.resolve("packed.tar");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(plain, out);
        }
        assertThat(ImageSource.open(packed).captions()).containsExactly("zero");
    }

    @Test
    void shouldCountAndNameWhatHasNoCaption() throws IOException {
        picture("0.png");
        text("0.txt", "zero");
        picture("1.png");
        text("1.txt", " \r\n");
        picture("2.png");
        text("2.json", "{\"caption\": null}");
        picture("3.png");
        text("3.json", "{");
        picture("4.png");
        picture("5.heic");
        text("5.txt", "five");
        text("notes.txt", "about");
        Files.createSymbolicLink(data.resolve("6.png"), data.resolve("nowhere.png"));
        Files.createSymbolicLink(data.resolve("again"), data);

        ImageSource images = ImageSource.open(data);

        assertThat(images.captions()).containsExactly("zero");
        assertThat(images.leftOut())
                .extracting(image -> data.relativize(Path.of(image.where())) + " " + image.reason())
                .containsExactly(
                        "1.png NO_CAPTION",
                        "2.png NO_CAPTION",
                        "3.png NO_CAPTION",
                        "4.png NO_CAPTION",
                        "5.heic UNSUPPORTED",
                        "6.png CORRUPT");
        assertThat(images.leftOut().get(0).what()).contains("empty").contains("1.txt");
        assertThat(images.leftOut().get(2).what()).contains("not JSON");
        assertThat(images.others().count()).as("notes.txt and 5.txt").isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatIsNoTextByFileAndLine() throws IOException {
        picture("0.png");
        Path caption = data.resolve("0.txt");
        Files.write(caption, "a\r\nb\r\ncaf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refusal(data).where()).isEqualTo(caption + ":3");
        Files.write(caption, "ab".getBytes(StandardCharsets.UTF_16LE)); // no mark: a, NUL, b, NUL
        assertThat(refusal(data).what()).contains("NUL");
        Path shard =
                new TinyTar()
                        .with("0.png", TinyTar.picture(Color.RED, 8, "png"))
                        .with("0.txt", new byte[] {'a', '\n', (byte) 0xE9})
                        .write(home.resolve("a.tar"));
        assertThat(refusal(shard).where()).isEqualTo(shard + "!0.txt:2");
    }

    @Test
    void shouldReadMetadataAsPeopleWriteIt() throws IOException {
        for (int i = 0; i < 5; i++) {
            picture(i + ".png");
        }
        text(
                "metadata.jsonl",
                "\uFEFF{\"file_name\": \"0.png\", \"text\": \"zero\"}\r\n\r\n"
                        + "{\"file_name\": \"1.png\", \"prompt\": \"one\"}\r\n"
                        + "{\"file_name\": \".\\\\2.png\", \"caption\": \"two\"}\r\n"
                        + "{\"file_name\": \"3.png\", \"text\": \"\"}\r\n");

        ImageSource images = ImageSource.open(data);

        assertThat(images.captions()).containsExactly("zero", "one", "two");
        assertThat(images.leftOut())
                .extracting(LeftOut::what)
                .containsExactly(
                        "The caption is empty: " + data.resolve("metadata.jsonl") + ":5",
                        "No line of metadata.jsonl names it");
    }

    @Test
    void shouldReadMetadataInATable() throws IOException {
        picture("0.png");
        picture("1.png");
        picture("2.png");
        Path table =
                text(
                        "metadata.csv",
                        "\uFEFFfile_name,width,text\r\n0.png,8,\"red, and \"\"bright\"\"\"\r\n"
                                + "1.png,8,\"on two\r\nlines\"\r\n2.png,8,\r\n");

        ImageSource images = ImageSource.open(data);

        assertThat(images.captions()).containsExactly("red, and \"bright\"", "on two\r\nlines");
        assertThat(images.leftOut())
                .extracting(LeftOut::what)
                .containsExactly("The caption is empty: " + table + ":5");
        Files.writeString(table, "file_name,label\n0.png,1\n");
        assertThat(refusal(data).where()).isEqualTo(table + ":1");
        Files.writeString(table, "file_name,text\n0.png,a\n9.png,b\n");
        assertThat(refusal(data).where()).isEqualTo(table + ":3");
    }

    @Test
    void shouldSayHowToUnpackWhatIsNotRead() throws IOException {
        Path parquet = text("train-00000-of-00001.parquet", "PAR1");
        assertThat(refusal(data).where()).isEqualTo(parquet.toString());
        assertThat(refusal(data).howToFix()).contains("Export it as an image folder");
        Files.move(parquet, data.resolve("metadata.parquet"));
        assertThat(refusal(data).what()).contains("Parquet");
        assertThat(refusal(data).howToFix()).contains("read_parquet").contains("metadata.jsonl");
        Files.move(data.resolve("metadata.parquet"), data.resolve("all.zip"));
        assertThat(refusal(data).howToFix()).contains("unzip");
    }

    @Test
    void shouldNotTakeGitLfsPointersForCaptionsOrPictures() throws IOException {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 9\n";
        text("0.png", pointer);
        text("0.txt", "zero");
        UnusableImageException picture =
                catchThrowableOfType(
                        UnusableImageException.class, () -> ImageSource.open(data).read(0));
        assertThat(picture.what()).contains("Git LFS pointer");
        assertThat(picture.howToFix()).contains("git lfs pull");
        Path caption = text("0.txt", pointer);
        assertThat(refusal(data).what()).contains("Git LFS pointer");
        assertThat(refusal(data).where()).isEqualTo(caption.toString());
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void shouldReadCompressedTarFiles() throws IOException {
        Path plain =
                new TinyTar()
                        .sample("0", Color.RED, 8)
                        .sample("1", Color.BLUE, 8)
                        .write(home.resolve("plain.tar"));
        byte[] packed = gzip(Files.readAllBytes(plain));
        Path shard = Files.write(data.resolve("x.tar.gz"), packed);
        ImageSource images = ImageSource.open(data);
        assertThat(images.captions()).containsExactly("a picture 0", "a picture 1");
        assertThat(images.content(1)).isEqualTo(ImageSource.open(plain).content(1));
        assertThat(images.where(1)).isEqualTo(shard + "!1.png");

        Files.write(shard, Arrays.copyOf(packed, packed.length / 2));
        assertThat(refusal(shard).where()).isEqualTo(shard.toString());
        assertThat(refusal(shard).howToFix()).contains("gunzip");
    }

    @Test
    void shouldNameLinksInTarFiles() throws IOException {
        Path shard = home.resolve("links.tar");
        try (var out = new TarArchiveOutputStream(Files.newOutputStream(shard))) {
            byte[] content = TinyTar.picture(Color.RED, 8, "png");
            var file = new TarArchiveEntry("0.png");
            file.setSize(content.length);
            out.putArchiveEntry(file);
            out.write(content);
            out.closeArchiveEntry();
            var link = new TarArchiveEntry("1.png", TarConstants.LF_LINK);
            link.setLinkName("0.png");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
            for (String name : new String[] {"0.txt", "1.txt"}) {
                var text = new TarArchiveEntry(name);
                text.setSize(1);
                out.putArchiveEntry(text);
                out.write('a');
                out.closeArchiveEntry();
            }
        }
        ImageSource images = ImageSource.open(shard);
        assertThat(images.size()).isEqualTo(1);
        assertThat(images.leftOut())
                .extracting(LeftOut::where, LeftOut::reason)
                .containsExactly(tuple(shard + "!1.png", Unusable.UNSUPPORTED));
    }

    @Test
    void shouldNameAllThatCannotBeUsedWhereEachIsNeeded() throws IOException {
        picture("0.png");
        text("0.txt", "zero");
        Path bad = text("1.png", "no image");
        text("1.txt", "one");
        text("2.png", "no image");
        text("2.txt", "two");
        DatasetException thrown =
                catchThrowableOfType(
                        DatasetException.class, () -> ImageSource.open(data).requireAllUsable());
        assertThat(thrown.what()).contains("2 of 3 images cannot be used").contains("no image");
        assertThat(thrown.where()).isEqualTo(bad.toString());
    }
}
