package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an SDXL teacher's directory has beside that of a Stable Diffusion one is checked, too. */
class XlDirectoryTest {

    private static final int UNITS = 39;

    @TempDir private Path home;

    @Test
    void shouldMeasureAnewForAnotherByteOfTheSecondEncoderItsTokenizerOrTheIndex()
            throws IOException {
        TinyRun run = TinyRun.xl(home);
        SliceScorer scorer =
                new SliceScorer(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("store")),
                        new ScoringLimits(2, 8),
                        Clock.systemUTC());
        ScoreUnits task =
                new ScoreUnits(
                        "r1",
                        Instant.EPOCH,
                        run.teacher().toString(),
                        new CalibrationSpec(home.resolve("images").toString(), 3, 1, 5),
                        0,
                        new ScoringSpec(List.of(Criterion.RANDOM), null),
                        home.resolve("scorer").toString(),
                        false);
        scorer.score(task, Interruption.NONE);
        assertThat(scorer.recall(task)).isPresent();
        for (String part :
                List.of(
                        "text_encoder_2/config.json",
                        "tokenizer_2/tokenizer_config.json",
                        "model_index.json")) {
            Path file = run.teacher().resolve(part);
            Files.writeString(file, Files.readString(file) + "\n");
            assertThat(scorer.recall(task)).as(part).isEmpty();
            scorer.score(task, Interruption.NONE);
            assertThat(scorer.recall(task)).as(part).isPresent();
        }
    }

    @Test
    void shouldCheckTheSecondEncoderBeforeARun() throws IOException {
        TinyRun checked = TinyRun.xl(home);
        RunCheck check = Checks.fetching();
        assertThat(
                        check.check(
                                        checked.withVariants(
                                                List.of(
                                                        Map.of("ratio", 0.5),
                                                        Map.of("handcrafted", "vega"))))
                                .units())
                .hasSize(UNITS);

        Path config = checked.teacher().resolve("text_encoder_2/config.json");
        String text = Files.readString(config);
        Files.writeString(
                config, text.replace("\"projection_dim\" : 20", "\"projection_dim\" : 24"));
        assertThat(refusal(check, checked).where())
                .contains("unet/config.json: projection_class_embeddings_input_dim");
        Files.writeString(config, text.replace("\"hidden_size\" : 16", "\"hidden_size\" : 24"));
        assertThat(refusal(check, checked).what())
                .contains("40 is not the text encoders' hidden size, 48");
        Files.writeString(config, text);
        Files.delete(checked.teacher().resolve("text_encoder_2/model.safetensors"));
        assertThat(refusal(check, checked).where()).contains("text_encoder_2");
    }

    private static StageException refusal(RunCheck check, TinyRun run) {
        RuntimeException thrown =
                catchThrowableOfType(RuntimeException.class, () -> check.check(run.spec()));
        assertThat(thrown).isNotNull();
        return StageException.of(thrown, Stage.SCORING, "test");
    }
}
