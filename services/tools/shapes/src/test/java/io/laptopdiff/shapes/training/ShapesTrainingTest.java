package io.laptopdiff.shapes.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, one step a stage. */
class ShapesTrainingTest {

    private static final StageRecipe STEP = new StageRecipe(1, 2, 1e-4, 0, 0.9, 1);
    private static final Recipe RECIPE = new Recipe(STEP, STEP, STEP, STEP, 4);

    @TempDir Path out;

    @Test
    void shouldMakeAModelThatDrawsAndMakeItOnce() throws Exception {
        TrainShapes.run(out, RECIPE, 1);
        Map<String, String> first = files();
        TrainShapes.run(out, RECIPE, 1);

        assertThat(first)
                .containsKeys(
                        "shapes/README.md",
                        "shapes/model_index.json",
                        "shapes-clip/model.safetensors");
        assertThat(files()).isEqualTo(first);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(out.resolve("shapes"), manager)) {
            var images =
                    pipeline.generate(
                            List.of("a large red star on a white background"),
                            new long[] {1},
                            1,
                            1);
            assertThat(images.get(0).getWidth()).isEqualTo(64);
        }
    }

    /** A digest of every file. */
    private Map<String, String> files() throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(out)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                byte[] digest =
                        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                files.put(out.relativize(file).toString(), HexFormat.of().formatHex(digest));
            }
        }
        return files;
    }
}
