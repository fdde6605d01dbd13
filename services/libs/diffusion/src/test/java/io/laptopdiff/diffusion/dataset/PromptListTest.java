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
        assertThat(refusal(file("b.jsonl", "{\"words\": \"one\"}")).what()).contains("missing");
        assertThat(refusal(file("c.jsonl", "{\"text\": \" \"}")).what()).contains("blank");
        assertThat(refusal(home.resolve("nowhere.txt")).what()).contains("No such");
        assertThat(refusal(home).what()).contains("directory");
    }

    @Test
    void shouldReadTablesByTheirHeader() throws IOException {
        Path draw =
                file(
                        "DrawBench.CSV",
                        "Prompts,Category\r\nA red car.,Colors\r\n\"A sign, \"\"Hi\"\".\",Text\r\n,\r\n");
        assertThat(PromptList.read(draw)).containsExactly("A red car.", "A sign, \"Hi\".");
        Path parti =
                file(
                        "parti.tsv",
                        "Prompt\tCategory\tNote\n\"G I G G L E\" painted\tA\tsaid \"so\"\n\"quoted \"\"in\"\"\"\tB\t\n");
        assertThat(PromptList.read(parti))
                .containsExactly("\"G I G G L E\" painted", "quoted \"in\"");
        assertThat(PromptList.read(file("parti.txt", "Prompt\tCategory\na cat\tA\n")))
                .as("saved under another name")
                .containsExactly("a cat");
    }

    @Test
    void shouldRefuseTablesByFileAndLine() throws IOException {
        DatasetException headless = refusal(file("a.csv", "a red square\na blue circle\n"));
        assertThat(headless.what()).contains("no column").contains("a red square");
        assertThat(headless.where()).endsWith("a.csv:1");
        assertThat(refusal(file("b.tsv", "prompt\tnote\na cat\tx\n\ty\n")).where())
                .endsWith("b.tsv:3");
        assertThat(refusal(file("c.csv", "prompt\na cat\n\"open")).where()).contains("c.csv:3");
    }

    @Test
    void shouldReadJsonAsItIsPublished() throws IOException {
        String many = "[{\"id\": 1, \"prompt\": \"one\"},\n {\"id\": 2, \"prompt\": \"two\"}]";
        assertThat(PromptList.read(file("a.json", many))).containsExactly("one", "two");
        assertThat(PromptList.read(file("b.txt", many))).containsExactly("one", "two");
        assertThat(PromptList.read(file("c.jsonl", many))).containsExactly("one", "two");
        assertThat(PromptList.read(file("UP.JSONL", "{\"prompt\": \"one\"}\n\"two\"\n")))
                .containsExactly("one", "two");
        assertThat(
                        PromptList.read(
                                file(
                                        "coco.json",
                                        "{\"info\": {}, \"images\": [{\"id\": 9}], \"annotations\":"
                                                + " [{\"image_id\": 9, \"caption\": \"one\"}]}")))
                .containsExactly("one");
        assertThat(
                        PromptList.read(
                                file(
                                        "mjhq.json",
                                        "{\"0a\": {\"category\": \"x\", \"prompt\": \"one\"},"
                                                + " \"1b\": {\"prompt\": \"two\"}}")))
                .containsExactly("one", "two");
        assertThat(PromptList.read(file("lines.json", "{\"text\": \"one\"}\n{\"text\": \"two\"}")))
                .containsExactly("one", "two");
    }

    @Test
    void shouldRefuseJsonByItsPlace() throws IOException {
        assertThat(refusal(file("a.json", "[\"one\",\n \"two\"")).where()).contains("a.json:2");
        assertThat(refusal(file("b.json", "[\"one\", 2]")).where()).endsWith("b.json, [1]");
        assertThat(refusal(file("c.json", "{\"version\": \"1.0\"}")).what()).contains("version");
        assertThat(refusal(file("d.json", "[]")).what()).contains("empty");
    }

    @Test
    void shouldTakeTextThatLooksLikeOtherThings() throws IOException {
        Path list = file("a.txt", "[cat] on a mat\n{not json}\n\"quoted\"\nprompt, category\n");
        assertThat(PromptList.read(list))
                .containsExactly("[cat] on a mat", "{not json}", "\"quoted\"", "prompt, category");
    }

    @Test
    void shouldRefuseWhatIsNoTextByName() throws IOException {
        DatasetException parquet = refusal(file("a.parquet", "PAR1"));
        assertThat(parquet.what()).contains("Parquet");
        assertThat(parquet.howToFix()).contains(".jsonl").contains(".tsv");
    }

    @Test
    void shouldRefuseUtf16WithoutItsMark() throws IOException {
        Path list = home.resolve("u16.txt");
        Files.write(list, "a cat\n".getBytes(StandardCharsets.UTF_16LE));
        assertThat(refusal(list).what()).contains("NUL");
        assertThat(refusal(list).where()).endsWith("u16.txt:1");
    }
}
