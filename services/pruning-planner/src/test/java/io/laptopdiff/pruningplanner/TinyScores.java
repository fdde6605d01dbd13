package io.laptopdiff.pruningplanner;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A tiny teacher without weights, and the messages that a scoring of it leaves. */
public record TinyScores(Path home) {
    public static final int SLICES = 3;

    /** The teacher's parameters, and those that the handcrafted "bk-small" made from it has. */
    public static final long TEACHER = 624_100;

    public static final long BK_SMALL = 355_492;

    // Not golden.dir: what is expected of this teacher stands in the tests.
    private static final Path GOLDEN =
            Path.of("../libs/diffusion/src/test/resources/golden/unet/sd15-tiny");

    public static TinyScores in(Path home) throws IOException {
        Path teacher = home.resolve("teacher");
        Path unet = Files.createDirectories(teacher.resolve("unet"));
        for (String part : List.of("vae", "text_encoder", "tokenizer", "scheduler")) {
            Files.createDirectories(teacher.resolve(part));
        }
        Files.writeString(
                teacher.resolve("model_index.json"),
                "{\"_class_name\": \"StableDiffusionPipeline\"}");
        Files.copy(GOLDEN.resolve("config.json"), unet.resolve("config.json"), REPLACE_EXISTING);
        return new TinyScores(home);
    }

    public String teacher() {
        return home.resolve("teacher").toString();
    }

    public RunSpec spec(List<Map<String, Object>> variants) {
        return spec(teacher(), variants);
    }

    public RunSpec spec(String teacher, List<Map<String, Object>> variants) {
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", teacher,
                        "calibration", Map.of("dataset", "/images", "samples", 6, "slices", SLICES),
                        "variants", variants,
                        "distillation", Map.of("dataset", "/images"),
                        "evaluation", Map.of("scorer", "/clip", "dataset", "/images")));
    }

    /** With choices about calibration and scoring of its own. */
    public RunSpec spec(
            Map<String, Object> calibration,
            Map<String, Object> scoring,
            List<Map<String, Object>> variants) {
        Map<String, Object> whole = new java.util.TreeMap<>(calibration);
        whole.put("dataset", "/images");
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher",
                        teacher(),
                        "calibration",
                        whole,
                        "scoring",
                        scoring,
                        "variants",
                        variants,
                        "distillation",
                        Map.of("dataset", "/images"),
                        "evaluation",
                        Map.of("scorer", "/clip", "dataset", "/images")));
    }

    public static ScoringStarted started(String runId, RunSpec spec) {
        return new ScoringStarted(runId, Instant.now(), spec, TEACHER, units().size());
    }

    /** Two samples, whose mean is the golden removal loss of each unit. */
    public static UnitsScored slice(String runId, int slice) {
        return slice(runId, slice, SLICES, 0.5);
    }

    /**
     * The same out of another cut.
     *
     * @param spread of the two samples around their mean, as a share of it
     */
    public static UnitsScored slice(String runId, int slice, int slices, double spread) {
        List<UnitScore> scores = new ArrayList<>();
        for (JsonNode unit : units()) {
            double loss = unit.get("output_mse").doubleValue();
            Moments one = Moments.NONE.plus(loss * (1 - spread)).plus(loss * (1 + spread));
            scores.add(
                    new UnitScore(
                            unit.get("unit").textValue(),
                            UnitKind.of(unit.get("kind").textValue()),
                            unit.get("parameters").longValue(),
                            one,
                            List.of(one, Moments.NONE, Moments.NONE, Moments.NONE)));
        }
        return new UnitsScored(runId, Instant.now(), slice, slices, TEACHER, scores, 0.5);
    }

    /** The golden removal losses. */
    public static JsonNode units() {
        try {
            return new ObjectMapper()
                    .readTree(GOLDEN.resolve("removal.json").toFile())
                    .get("units");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
