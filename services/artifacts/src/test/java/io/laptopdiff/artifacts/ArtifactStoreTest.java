package io.laptopdiff.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactStoreTest {
    @TempDir Path root;
    private ArtifactStore store;

    @BeforeEach
    void open() {
        store = new ArtifactStore(root);
    }

    @Test
    void shouldKeepTheLayoutOfARun() {
        RunLayout run = store.run("run-1");
        assertThat(root.relativize(run.scores())).hasToString("runs/run-1/scores.json");
        assertThat(root.relativize(run.teacherEvaluation()))
                .hasToString("runs/run-1/teacher/evaluation");
        assertThat(root.relativize(run.variant("half").checkpoint(500)))
                .hasToString("runs/run-1/half/checkpoints/step-000500");
        assertThat(root.relativize(run.variant("half").student()))
                .hasToString("runs/run-1/half/student");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a/b", "/etc", "a\\b", "..x", "x..y", "ab\u0000"})
    void shouldRefuseNamesThatCouldLeadElsewhere(String name) {
        assertThatThrownBy(() -> store.run(name)).isInstanceOf(ArtifactException.class);
        assertThatThrownBy(() -> store.run("r").variant(name))
                .isInstanceOf(ArtifactException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"teacher", "Teacher", "run.json"})
    void shouldKeepTheRunsOwnNames(String name) {
        assertThatThrownBy(() -> store.run("r").variant(name))
                .isInstanceOf(ArtifactException.class);
    }

    @Test
    void shouldRefuseToWriteOutsideOfItsRoot() {
        assertThatThrownBy(() -> store.write(root.resolve("../x"), new byte[0]))
                .isInstanceOf(ArtifactException.class);
        assertThatThrownBy(() -> store.delete(Path.of("/tmp")))
                .isInstanceOf(ArtifactException.class);
    }

    @Test
    void shouldReplaceAFile() throws IOException {
        Path file = store.run("r").scores();
        store.write(file, new byte[] {1, 2, 3});
        store.write(file, new byte[] {4});
        assertThat(Files.readAllBytes(file)).containsExactly(4);
        assertThat(allFiles()).containsExactly(file);
    }

    @Test
    void shouldReplaceADirectoryAsAWhole() throws IOException {
        Path student = store.run("r").variant("half").student();
        store.writeDirectory(student, d -> Files.writeString(d.resolve("old.json"), "1"));
        store.writeDirectory(
                student,
                d -> Files.writeString(Files.createDirectory(d.resolve("unet")).resolve("x"), "2"));
        assertThat(allFiles()).containsExactly(student.resolve("unet/x"));
    }

    @Test
    void shouldLeaveNothingHalfWritten() throws IOException {
        Path student = store.run("r").variant("half").student();
        store.writeDirectory(student, d -> Files.writeString(d.resolve("whole"), "1"));
        assertThatThrownBy(
                        () ->
                                store.writeDirectory(
                                        student,
                                        d -> {
                                            Files.writeString(d.resolve("half"), "2");
                                            throw new IOException("disk full");
                                        }))
                .hasMessageContaining(student.toString())
                .hasRootCauseMessage("disk full");
        assertThat(allFiles()).containsExactly(student.resolve("whole"));
    }

    @Test
    void shouldHideAndSweepWhatAKilledWriterLeft() throws IOException {
        Path checkpoints = store.run("r").variant("half").checkpoints();
        store.writeDirectory(checkpoints.resolve("step-000001"), d -> {});
        Files.createDirectory(checkpoints.resolve(".part-killed"));
        assertThat(store.list(checkpoints)).containsExactly(checkpoints.resolve("step-000001"));
        store.sweep(checkpoints);
        assertThat(checkpoints.resolve(".part-killed")).doesNotExist();
    }

    @Test
    void shouldListNothingWhereNothingIs() {
        assertThat(store.list(store.run("never").directory())).isEmpty();
    }

    private List<Path> allFiles() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile).toList();
        }
    }
}
