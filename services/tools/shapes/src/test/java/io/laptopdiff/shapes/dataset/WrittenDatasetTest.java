package io.laptopdiff.shapes.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenDatasetTest {

    private static final int COUNT = 5;
    private static final ShapesDataset DATASET = ShapesDataset.heldOut(5);

    @TempDir Path home;
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        folder = home.resolve("images");
        DATASET.write(folder, COUNT);
    }

    @Test
    void shouldReadBackEveryPixelAndCaption() {
        ImageFolder read = ImageFolder.open(folder);

        assertThat(read.size()).isEqualTo(COUNT);
        for (int i = 0; i < COUNT; i++) {
            assertThat(read.read(i).pixels()).isEqualTo(DATASET.get(i).image().pixels());
            assertThat(read.read(i, 64).pixels()).isEqualTo(DATASET.get(i).image().pixels());
            assertThat(read.captions().get(i)).isEqualTo(DATASET.get(i).scene().caption());
        }
    }

    @Test
    void shouldReadTheTrainFolderOfAWholeDataSet() throws IOException {
        Path whole = Files.createDirectory(home.resolve("whole"));
        Files.move(folder, whole.resolve("train"));

        assertThat(ImageFolder.open(whole).size()).isEqualTo(COUNT);
    }

    @Test
    void shouldLeaveNothingBesidesTheFolder() throws IOException {
        try (Stream<Path> listing = Files.list(home)) {
            assertThat(listing).containsExactly(folder);
        }
    }

    @Test
    void shouldNotOverwriteWhatIsThere() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("metadata.jsonl"));

        assertThatThrownBy(() -> DATASET.write(folder, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(folder.toString());
        assertThat(Files.readAllBytes(folder.resolve("metadata.jsonl"))).isEqualTo(before);
    }

    @Test
    void shouldNameFileAndLineOfBrokenMetadata() throws IOException {
        replaceLine(3, "{\"file_name\": \"000002.png\", \"text\": ");

        assertRefused("not JSON", folder.resolve("metadata.jsonl") + ":3");
    }

    @Test
    void shouldNameTheFieldThatALineLacks() throws IOException {
        replaceLine(2, "{\"file_name\": \"000001.png\"}");

        assertRefused("'text' is missing", folder.resolve("metadata.jsonl") + ":2");
    }

    @Test
    void shouldRefuseAnImageOutsideTheFolder() throws IOException {
        Files.copy(folder.resolve("000000.png"), home.resolve("outside.png"));
        replaceLine(1, "{\"file_name\": \"../outside.png\", \"text\": \"a circle\"}");

        assertRefused("leads out of the data set", folder.resolve("metadata.jsonl") + ":1");
    }

    @Test
    void shouldNameAMissingImage() throws IOException {
        Files.delete(folder.resolve("000003.png"));

        assertRefused("'000003.png' is missing", folder.resolve("metadata.jsonl") + ":4");
    }

    @Test
    void shouldSayHowMetadataLooksWhereItIsMissing() throws IOException {
        Files.delete(folder.resolve("metadata.jsonl"));

        assertRefused("no metadata.jsonl", folder.toString(), "file_name");
    }

    @Test
    void shouldRefuseEmptyMetadata() throws IOException {
        Files.writeString(folder.resolve("metadata.jsonl"), "\n");

        assertRefused("no images", folder.resolve("metadata.jsonl").toString());
    }

    @Test
    void shouldRefuseAFileInPlaceOfADirectory() {
        Path file = folder.resolve("000000.png");

        assertThatThrownBy(() -> ImageFolder.open(file))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("is a file, not a directory")
                .hasMessageContaining(file.toString());
    }

    @Test
    void shouldRefuseADirectoryThatIsNotThere() {
        Path missing = home.resolve("nothing");

        assertThatThrownBy(() -> ImageFolder.open(missing))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("No such data set directory")
                .hasMessageContaining(missing.toString());
    }

    @Test
    void shouldNameAnImageThatIsCutOff() throws IOException {
        Path image = folder.resolve("000002.png");
        byte[] whole = Files.readAllBytes(image);
        Files.write(image, Arrays.copyOf(whole, whole.length / 2));

        assertUnreadable(2, image);
    }

    @Test
    void shouldNameAFileThatIsNoImage() throws IOException {
        Path image = folder.resolve("000001.png");
        Files.writeString(image, "no image at all");

        assertUnreadable(1, image);
    }

    private void assertUnreadable(int index, Path image) {
        ImageFolder read = ImageFolder.open(folder);

        assertThatThrownBy(() -> read.read(index))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(image.toString())
                .hasMessageContaining("PNG or JPEG");
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> ImageFolder.open(folder))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll(parts);
    }

    /**
     * @param number from 1
     */
    private void replaceLine(int number, String line) throws IOException {
        Path metadata = folder.resolve("metadata.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(metadata, UTF_8));
        lines.set(number - 1, line);
        Files.write(metadata, lines, UTF_8);
    }
}
