package io.laptopdiff.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactsTest {
    private final Artifacts artifacts = Artifacts.ofFiles();

    @TempDir Path directory;

    @Test
    void shouldFindADirectoryByPathAndByUri() throws IOException {
        Path spaced = Files.createDirectory(directory.resolve("a model ü"));
        assertThat(artifacts.directory(spaced.toString())).isEqualTo(spaced);
        assertThat(artifacts.directory(spaced.toUri().toString())).isEqualTo(spaced);
        assertThat(artifacts.directory("file:" + directory)).isEqualTo(directory);
    }

    @Test
    void shouldSayThatADirectoryIsNeeded() throws IOException {
        Path file = Files.createFile(directory.resolve("model.safetensors"));
        assertThatThrownBy(() -> artifacts.directory(file.toString()))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("a directory is needed, and this is a file")
                .hasMessageContaining(file.toString());
        assertThat(artifacts.file(file.toString())).isEqualTo(file);
    }

    /** A range in braces stands for several only where nothing has that very name. */
    @Test
    void shouldTakeAnExistingPathWithARangeInItAsItIs() throws IOException {
        Path named = Files.createDirectory(directory.resolve("photos{1..2}"));
        assertThat(artifacts.data(named.toString())).containsExactly(named);
        Files.createDirectory(directory.resolve("more1"));
        Files.createDirectory(directory.resolve("more2"));
        assertThat(artifacts.data(directory.resolve("more{1..2}").toString()))
                .containsExactly(directory.resolve("more1"), directory.resolve("more2"));
    }

    @Test
    void shouldSayWhereNothingLies() {
        assertThatThrownBy(() -> artifacts.directory(directory.resolve("nonesuch").toString()))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("nonesuch");
    }

    @Test
    void shouldNameTheSchemesItKnowsWhenOneIsUnknown() {
        assertThatThrownBy(() -> artifacts.directory("s3://bucket/model"))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("no source for the scheme 's3'")
                .hasMessageContaining("[builtin, file]");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "file:relative", "file://host/path", "file:///a b", "\0", "ab:%"})
    void shouldRefuseWhatIsNoLocation(String location) {
        assertThatThrownBy(() -> artifacts.directory(location))
                .isInstanceOf(ArtifactException.class);
    }

    @Test
    void shouldAskTheSourceOfTheScheme() {
        ArtifactSource memory =
                new ArtifactSource() {
                    @Override
                    public String scheme() {
                        return "mem";
                    }

                    @Override
                    public Path local(URI location) {
                        return directory;
                    }
                };
        assertThat(new Artifacts(List.of(memory)).directory("mem://x")).isEqualTo(directory);
    }

    @Test
    void shouldFindTheBuiltInPromptsAndNameThemWhereAnotherIsAsked() throws IOException {
        Path prompts = artifacts.file("builtin:shapes");
        assertThat(Files.readAllLines(prompts)).hasSize(256).doesNotHaveDuplicates();
        Files.delete(prompts);
        assertThat(artifacts.file("builtin:shapes")).exists();
        assertThatThrownBy(() -> artifacts.file("builtin:forms"))
                .isInstanceOfSatisfying(
                        ArtifactException.class,
                        e -> assertThat(e.howToFix()).isEqualTo("ask for one of [shapes]"));
    }
}
