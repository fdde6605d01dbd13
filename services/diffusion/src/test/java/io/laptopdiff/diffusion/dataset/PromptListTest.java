package io.laptopdiff.diffusion.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptListTest {

    @TempDir Path home;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(home.resolve(name), content);
    }

    private static DatasetException refusal(Path file) {
        DatasetException thrown =
                catchThrowableOfType(DatasetException.class, () -> PromptList.read(file));
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void shouldReadOnePromptALine() throws IOException {
        Path list = file("a.txt", "\uFEFFa red circle\r\n\n  a bl\u00e9 field \nlast");
        assertThat(PromptList.read(list))
                .containsExactly("a red circle", "a bl\u00e9 field", "last");
    }

    @Test
    void shouldReadTheTextOfCaptions() throws IOException {
        Path captions =
                file(
                        "a.jsonl",
                        "{\"text\": \"one\", \"file_name\": \"1.png\"}\n{\"text\": \"two\"}");
        assertThat(PromptList.read(captions)).containsExactly("one", "two");
    }

    @Test
    void shouldRefuseAnEmptyListByItsFileAndLine() throws IOException {
        assertThat(refusal(file("none.txt", ""))).hasMessageContaining("none.txt:1");
        assertThat(refusal(file("blank.txt", "\n \n\n")))
                .hasMessageContaining("empty")
                .hasMessageContaining("blank.txt:3");
    }

    @Test
    void shouldRefuseWhatIsNotUtf8ByItsFileAndLine() throws IOException {
        Path latin = home.resolve("latin.txt");
        Files.write(latin, "fine\na bl\u00e9 field\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(refusal(latin))
                .hasMessageContaining("not UTF-8")
                .hasMessageContaining("latin.txt:2");
    }

    @Test
    void shouldRefuseALineThatIsNoCaption() throws IOException {
        assertThat(refusal(file("a.jsonl", "{\"text\": \"one\"}\nwords")).where())
                .endsWith("a.jsonl:2");
        assertThat(refusal(file("b.jsonl", "{\"caption\": \"one\"}")).what()).contains("missing");
        assertThat(refusal(file("c.jsonl", "{\"text\": \" \"}")).what()).contains("blank");
        assertThat(refusal(home.resolve("nowhere.txt")).what()).contains("No such");
        assertThat(refusal(home).what()).contains("directory");
    }
}
