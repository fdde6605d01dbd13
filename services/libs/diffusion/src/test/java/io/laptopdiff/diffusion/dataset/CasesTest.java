package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets and lists as people have them. */
class CasesTest {

    private static Path resource(String name) {
        try {
            return Path.of(CasesTest.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatasetException refusal(Runnable reading) {
        DatasetException thrown = catchThrowableOfType(DatasetException.class, reading::run);
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void shouldDropTheByteOrderMarkOfCaptions() {
        ImageSource images = ImageSource.open(resource("cases/d-side-bom"));
        assertThat(images.captions()).hasSize(4).containsOnly("a red square");
    }

    @Test
    void shouldRefuseCaptionsInLatin1ByFileAndLine() {
        DatasetException refused = refusal(() -> ImageSource.open(resource("cases/d-side-latin1")));
        assertThat(refused.what()).contains("not UTF-8");
        assertThat(refused.where()).endsWith("0.txt:1");
        assertThat(refused.howToFix()).contains("UTF-8");
    }

    @Test
    void shouldUseWhatHasDotsInItsName() {
        ImageSource images = ImageSource.open(resource("cases/d-tar-dots"));
        assertThat(images.size()).isEqualTo(8);
        assertThat(images.leftOut()).isEmpty();
        assertThat(images.where(4)).endsWith("a.tar!scene_4.5.png");
        images.requireAllUsable();
    }

    @Test
    void shouldReadHeldOutWebp() {
        ImageFolder images = ImageFolder.open(resource("cases/c-heldout"));
        assertThat(images.size()).isEqualTo(3);
        images.requireAllUsable();
        assertThat(images.read(2, 32).width()).isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"d-cmyk", "d-exif"})
    void shouldUseAllPictures(String name) {
        ImageSource images = ImageSource.open(resource("cases/" + name));
        assertThat(images.size()).isEqualTo(4);
        assertThat(images.leftOut()).isEmpty();
        images.requireAllUsable();
    }

    @ParameterizedTest
    @CsvSource({
        "bom.jsonl, 2",
        "bom.txt, 3",
        "hps-oneline.json, 6",
        "hps.json, 4",
        "parti.tsv, 3",
        "prompt.jsonl, 2",
        "u16.txt, 2",
    })
    void shouldReadPromptListsAsTheirMakersPublishThem(String name, int count) {
        List<String> prompts = PromptList.read(resource("cases/p-lists/" + name));
        List<String> expected =
                List.of(
                        "a red square",
                        "a blue circle",
                        "a green square",
                        "a yellow circle",
                        "a red circle",
                        "a blue square");
        assertThat(prompts).isEqualTo(expected.subList(0, count));
    }

    @Test
    void shouldReadLinesOfAnyLengthAndScript() {
        List<String> prompts = PromptList.read(resource("cases/p-lists/long.txt"));
        assertThat(prompts.get(0)).isEqualTo("a red square ".repeat(300).strip());
        assertThat(prompts.subList(1, prompts.size()))
                .containsExactly("日本語のプロンプト 🎨", "красный круг");
    }

    /** Whatever webdataset yields as a sample's image is used here, with that sample's caption. */
    @Test
    void shouldUseEachSampleThatWebdatasetFinds() throws IOException {
        JsonNode samples = new ObjectMapper().readTree(resource("pictures/samples.json").toFile());
        for (String shard : List.of("a.tar", "dots.tar")) {
            Path file =
                    resource(
                            shard.equals("a.tar") ? "cases/d-tar-dots/a.tar" : "pictures/dots.tar");
            List<String> images = new ArrayList<>();
            for (JsonNode sample : samples.path(shard)) {
                for (JsonNode field : sample.path("fields")) {
                    if (field.textValue().endsWith("png")) {
                        images.add(sample.path("key").textValue() + "." + field.textValue());
                    }
                }
            }
            ImageSource source = ImageSource.open(file);
            List<String> known =
                    Stream.of(
                                    source.captions().stream()
                                            .map(c -> source.where(source.captions().indexOf(c))),
                                    source.leftOut().stream().map(LeftOut::where),
                                    source.others().first().stream().map(o -> file + "!" + o))
                            .flatMap(s -> s)
                            .map(where -> where.substring(where.indexOf('!') + 1))
                            .distinct()
                            .toList();
            if (shard.equals("a.tar")) { // all its captions are the same
                assertThat(source.size()).isEqualTo(images.size());
            } else {
                assertThat(known).containsExactlyInAnyOrderElementsOf(images);
            }
        }
    }

    @Test
    void shouldPairUpWhatHasDotsAndNameWhatHasNoCaption() throws IOException {
        Path file = resource("pictures/dots.tar");
        ImageSource images = ImageSource.open(file);
        assertThat(images.captions())
                .containsExactly(
                        "plain",
                        "parts",
                        "in a dotted directory",
                        "by the whole name",
                        "a quarter",
                        "three quarters",
                        "the only image of its key");
        assertThat(images.leftOut())
                .extracting(LeftOut::where)
                .containsExactly(file + "!frame_2.5.png");
        assertThat(images.others().first()).containsExactly("parts.seg.png");
        assertThat(Files.size(file)).isPositive();
    }
}
