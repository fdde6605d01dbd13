package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationCheckTest {

    @TempDir private static Path home;
    private static TinyRun run;

    @BeforeAll
    static void writeTheModels() throws IOException {
        run = TinyRun.in(home);
    }

    private static void check(Path scorer, Path list, Path inception) {
        new EvaluationCheck(Artifacts.ofFiles())
                .check(
                        new EvaluationSpec(
                                scorer.toString(),
                                home.toString(),
                                2,
                                0,
                                1,
                                1,
                                null,
                                ScorerMetric.PICK_SCORE,
                                List.of(),
                                list == null ? null : list.toString(),
                                inception == null ? null : inception.toString(),
                                10,
                                List.of()));
    }

    @Test
    void shouldPassASoundScorerAndList() throws IOException {
        Path list = Files.writeString(home.resolve("list.txt"), "a red circle");
        Path scorer = home.resolve("scorer");

        assertThatCode(() -> check(scorer, list, scorer)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseADirectoryThatIsNoClipModel() {
        Path text = run.teacher().resolve("text_encoder");

        assertThatThrownBy(() -> check(text, null, null))
                .hasMessageContaining("model_type")
                .hasMessageContaining(text.toString());
    }

    @Test
    void shouldRefuseAnEmptyListByFileAndLine() throws IOException {
        Path list = Files.writeString(home.resolve("empty.txt"), "\n");

        assertThatThrownBy(() -> check(home.resolve("scorer"), list, null))
                .hasMessageContaining("empty.txt:1");
    }

    @Test
    void shouldRefuseAnInceptionThatIsNoTorchScript() throws IOException {
        Path words = Files.writeString(home.resolve("words.pt"), "words");

        assertThatThrownBy(() -> check(home.resolve("scorer"), null, words))
                .hasMessageContaining("words.pt");
    }
}
