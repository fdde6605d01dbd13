package io.laptopdiff.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
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
    void shouldDeleteARunForGood() throws IOException {
        Path scores = store.run("r").scores();
        store.write(scores, new byte[1]);
        store.write(store.run("other").scores(), new byte[1]);
        store.deleteRun("r");
        store.deleteRun("r"); // asked for again
        assertThat(store.run("r").directory()).doesNotExist();
        assertThat(store.run("other").scores()).exists();
        assertThatThrownBy(() -> store.write(scores, new byte[1]))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("run 'r' was deleted");
        assertThatThrownBy(() -> store.createDirectories(store.run("r").variant("v").checkpoints()))
                .isInstanceOf(ArtifactException.class);
        assertThat(store.run("r").directory()).doesNotExist();
        assertThat(files()).containsExactly("runs/other/scores.json");
    }

    /** A worker that hears of it late, in the middle of what it writes. */
    @Test
    void shouldLeaveNothingOfWhatIsWrittenMeanwhile() throws IOException {
        Path student = store.run("r").variant("v").student();
        assertThatThrownBy(
                        () ->
                                store.writeDirectory(
                                        student,
                                        part -> {
                                            Files.write(part.resolve("first"), new byte[1]);
                                            store.deleteRun("r");
                                            Files.write(part.resolve("second"), new byte[1]);
                                        }))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(
                        () ->
                                store.writeDirectory(
                                        store.run("q").variant("v").student(),
                                        part -> {
                                            Files.write(part.resolve("all"), new byte[1]);
                                            store.deleteRun("q");
                                        }))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(files()).isEmpty();
        assertThat(store.run("r").directory()).doesNotExist();
    }

    /** Many write while it is deleted, over and over. */
    @Test
    void shouldDeleteUnderWriters() throws Exception {
        for (int i = 0; i < 500; i++) {
            String run = "run-" + i;
            AtomicBoolean begun = new AtomicBoolean();
            List<CompletableFuture<Void>> writers =
                    IntStream.range(0, 4)
                            .mapToObj(
                                    writer ->
                                            CompletableFuture.runAsync(
                                                    () -> writeUntilRefused(run, writer, begun)))
                            .toList();
            while (!begun.get()) {
                Thread.onSpinWait();
            }
            store.deleteRun(run);
            writers.forEach(CompletableFuture::join);
            assertThat(files()).isEmpty();
            assertThat(store.run(run).directory()).doesNotExist();
        }
    }

    private void writeUntilRefused(String run, int writer, AtomicBoolean begun) {
        while (true) {
            try {
                store.write(store.run(run).variant("v" + writer).plan(), new byte[1]);
                begun.set(true);
            } catch (ArtifactException deleted) {
                return;
            } catch (UncheckedIOException goneMeanwhile) {
                begun.set(true);
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
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
