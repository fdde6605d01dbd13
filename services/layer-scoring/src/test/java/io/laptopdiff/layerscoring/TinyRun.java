package io.laptopdiff.layerscoring;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.testing.TinyXlTeacher;
import io.laptopdiff.layerscoring.scoring.ScoringLimits;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A request for scoring a tiny teacher, with everything that it names on disk. */
public record TinyRun(Path home) {

    private static final List<Map<String, Object>> VARIANTS =
            List.of(Map.of("ratio", 0.5), Map.of("handcrafted", "bk-base"));

    public static TinyRun in(Path home) throws IOException {
        TinyRun run = new TinyRun(home);
        TinyTeacher.write(run.teacher(), 1);
        run.writeData();
        return run;
    }

    /** The same of a teacher like SDXL. */
    public static TinyRun xl(Path home) throws IOException {
        TinyRun run = new TinyRun(home);
        TinyXlTeacher.write(run.teacher(), 1);
        run.writeData();
        return run;
    }

    private void writeData() throws IOException {
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
        TinyClip.write(home.resolve("scorer"), teacher().resolve("tokenizer"), 3);
    }

    public Path teacher() {
        return home.resolve("teacher");
    }

    public RunSpec spec() {
        return of(teacher(), VARIANTS, Map.of());
    }

    public RunSpec withTeacher(Path teacher) {
        return of(teacher, VARIANTS, Map.of());
    }

    public RunSpec withVariants(List<Map<String, Object>> variants) {
        return of(teacher(), variants, Map.of());
    }

    /** Another data set to distil on. */
    public RunSpec withTraining(String dataset) {
        RunSpec spec = spec();
        return spec.at(
                spec.teacher(),
                spec.calibration(),
                spec.distillation().withDataset(dataset),
                spec.evaluation());
    }

    /** Another data set to evaluate on. */
    public RunSpec withHeldOut(Object dataset) {
        ObjectNode fields = (ObjectNode) Json.tree(spec());
        ((ObjectNode) fields.get("evaluation")).put("dataset", dataset.toString());
        return Json.read(fields, RunSpec.class);
    }

    /** Other fields of the calibration. */
    public RunSpec with(Map<String, ?> calibration) {
        return of(teacher(), VARIANTS, calibration);
    }

    /** A scorer that knows nothing yet: its store is new. */
    public static SliceScorer scorer(Path home, int batchSize, Clock clock) {
        return new SliceScorer(
                Artifacts.ofFiles(),
                new ArtifactStore(home.resolve("store-" + UUID.randomUUID())),
                new ScoringLimits(batchSize, 3),
                clock);
    }

    /** Four samples in slices. */
    public CalibrationSpec calibration(int slices) {
        return new CalibrationSpec(images(), 4, slices, 0);
    }

    private RunSpec of(
            Path teacher, List<Map<String, Object>> variants, Map<String, ?> calibration) {
        Map<String, Object> slices =
                new HashMap<>(Map.of("dataset", images(), "samples", 4, "slices", 2));
        slices.putAll(calibration);
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", teacher.toString(),
                        "calibration", slices,
                        "variants", variants,
                        "distillation", Map.of("dataset", images()),
                        "evaluation",
                                Map.of(
                                        "dataset",
                                        images(),
                                        "scorer",
                                        home.resolve("scorer").toString())));
    }

    private String images() {
        return home.resolve("images").toString();
    }
}
