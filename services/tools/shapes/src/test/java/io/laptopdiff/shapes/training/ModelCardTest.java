package io.laptopdiff.shapes.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {

    @TempDir Path directory;

    @Test
    void shouldTellHowTheModelWasMade() throws IOException {
        Recipe recipe =
                new Recipe(
                        new StageRecipe(900, 24, 2e-3, 50, 0.99, 100),
                        new StageRecipe(500, 128, 1.5e-3, 100, 0, 100),
                        new StageRecipe(4000, 64, 1e-3, 200, 0.999, 250),
                        new StageRecipe(1500, 64, 5e-4, 50, 0.995, 250),
                        20_000);
        Map<String, Long> parameters =
                Map.of(
                        "vae",
                        690_000L,
                        "shapes-clip",
                        662_001L,
                        "unet",
                        3_000_000L,
                        "text_encoder",
                        286_000L);
        ShapesTraining.Report report =
                new ShapesTraining.Report(
                        progress(900, 240, "pixel"),
                        progress(500, 180, "contrastive"),
                        progress(4000, 2400, "mse"),
                        progress(1500, 900, "mse"),
                        0.7,
                        parameters);

        new ModelCard(report, recipe, 41).write(directory);

        assertThat(Files.readString(directory.resolve("README.md")))
                .startsWith("---\nlicense: apache-2.0\n")
                .contains("TrainShapes --out DIR --seed 41", "- Seed: 41", "- Time: 62 minutes")
                .contains("| vae | 690,000 | 900 | 24 | 0.002 | 4.0 | pixel 0.2500 |")
                .contains("| clip | 662,001 | 500 | 128 | 0.0015 | 3.0 | contrastive 0.2500 |")
                .contains("| unet | 3,000,000 | 4000 | 64 | 0.001 | 40.0 | mse 0.2500 |")
                .contains(
                        "| unet, offset noise | 3,000,000 | 1500 | 64 | 5.0E-4 | 15.0 | mse 0.2500 |")
                .contains("(286000 parameters) is CLIP's text tower");
    }

    /** A stage whose loss was 1 at first and 0.25 at last. */
    private static Progress progress(int steps, double seconds, String term) {
        return new Progress(
                steps,
                seconds,
                List.of(
                        new Progress.Entry(50, Map.of(term, 1.0)),
                        new Progress.Entry(steps, Map.of(term, 0.25))));
    }
}
