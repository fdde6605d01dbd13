package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.evaluation.TinyComparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawingSizeTest {

    @TempDir static Path home;
    private static TinyComparison tiny;

    @BeforeAll
    static void writeTheModels() throws IOException {
        tiny = TinyComparison.in(home);
    }

    private static DrawingSize size() {
        return DrawingSize.of(tiny.finished("run", "pruned"), Artifacts.ofFiles());
    }

    private static long needed(int images) {
        return size().memory().needed(size().guided() * images);
    }

    @Test
    void shouldDrawAsManyAtOnceAsMemoryHasRoomFor() {
        assertThat(size().images(8, Long.MAX_VALUE)).isEqualTo(8);
        assertThat(size().images(1000, needed(900))).isEqualTo(900);
        assertThat(size().images(1000, needed(900) - 1)).isLessThan(900);
    }

    /** Two further ones are in memory one after the other, features beside the scorer. */
    @Test
    void shouldCountEveryModelThatJudges() {
        DistillationFinished event = tiny.finished("run", "pruned");
        String scorer = event.spec().evaluation().scorer();
        long plain = size().memory().scorerParameters();
        String further =
                "[{\"name\": \"a\", \"location\": \"%1$s\"}, {\"name\": \"b\", \"location\": \"%1$s\"}]";
        assertThat(judging(event, "scorers", further.formatted(scorer))).isEqualTo(2 * plain);
        assertThat(judging(event, "inception", '"' + scorer + '"')).isEqualTo(2 * plain);
    }

    private static long judging(DistillationFinished event, String field, String value) {
        ObjectNode tree = Json.tree(event).deepCopy();
        ((ObjectNode) tree.get("spec").get("evaluation"))
                .set(field, Json.parse(value.getBytes(StandardCharsets.UTF_8)));
        return DrawingSize.of(
                        Json.read(tree.toString(), DistillationFinished.class), Artifacts.ofFiles())
                .memory()
                .scorerParameters();
    }

    @Test
    void shouldRefuseBeforeAnythingIsLoadedWhereOneImageDoesNotFit() {
        VariantEvaluator evaluator =
                new VariantEvaluator(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        new EvaluationSettings(8, 1, Duration.ZERO, OptionalLong.of(1)),
                        Devices.auto(),
                        Clock.systemUTC());
        assertThatThrownBy(() -> evaluator.evaluate(tiny.finished("run", "pruned"), new Watching()))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> {
                            assertThat(e.what()).contains("may take 0 MB");
                            assertThat(e.howToFix()).contains("laptopdiff.evaluation.memory");
                        });
    }

    private static final class Watching implements Watcher {
        @Override
        public boolean shouldStop() {
            return false;
        }

        @Override
        public void progressed(String phase, int done, int total, double secondsLeft) {
            throw new AssertionError("it must not begin");
        }
    }
}
