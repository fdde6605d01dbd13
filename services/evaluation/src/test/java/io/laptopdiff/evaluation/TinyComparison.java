package io.laptopdiff.evaluation;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.testing.TinyXlTeacher;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tiny teacher, two students, a scorer and held-out images on disk, and the events that ask to
 * evaluate them.
 */
public record TinyComparison(Path home) {

    /** Images that every model draws. */
    public static final int PROMPTS = 5;

    private static final Set<String> REMOVED =
            Set.of("down_blocks.0.resnets.1", "mid_block.resnets.0", "up_blocks.2.resnets.1");

    public static TinyComparison in(Path home) throws IOException {
        TinyComparison tiny = new TinyComparison(home);
        TinyTeacher.write(tiny.teacher(), 1);
        TinyTeacher.writeImages(home.resolve("images"), 7, 2);
        TinyClip.write(tiny.scorer(), tiny.teacher().resolve("tokenizer"), 3);
        tiny.writeStudent("pruned", REMOVED);
        tiny.writeStudent("whole", Set.of());
        return tiny;
    }

    /**
     * The same of a teacher like SDXL, with one student.
     *
     * @param student what lies there as "pruned"
     */
    public static TinyComparison xl(Path home, HandcraftedUNet student) throws IOException {
        TinyComparison tiny = new TinyComparison(home);
        TinyXlTeacher.write(tiny.teacher(), 5, 1);
        TinyTeacher.writeImages(home.resolve("images"), 7, 2);
        TinyClip.write(tiny.scorer(), tiny.teacher().resolve("tokenizer"), 3);
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet =
                        UNet2DConditionModel.load(tiny.teacher().resolve("unet"), manager);
                UNet2DConditionModel cut = student.student(unet, manager)) {
            StudentDirectory.write(tiny.teacher(), cut, home.resolve("pruned"));
        }
        return tiny;
    }

    private void writeStudent(String name, Set<String> removed) throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet =
                        UNet2DConditionModel.load(teacher().resolve("unet"), manager);
                UNet2DConditionModel student = unet.prune(removed, manager)) {
            StudentDirectory.write(teacher(), student, home.resolve(name));
        }
    }

    public Path teacher() {
        return home.resolve("teacher");
    }

    public Path scorer() {
        return home.resolve("scorer");
    }

    /** As "pruned" and "whole" lie there; "whole" has all that the teacher has. */
    public DistillationFinished finished(String runId, String student) {
        return finished(runId, student, Map.of());
    }

    /** With other fields of the evaluation. */
    public DistillationFinished finished(String runId, String student, Map<String, ?> evaluation) {
        Losses losses = new Losses(1, 1, 0, List.of());
        return new DistillationFinished(
                runId,
                Instant.now(),
                student,
                spec(evaluation),
                home.resolve(student).toString(),
                10,
                losses,
                losses,
                1,
                1);
    }

    private RunSpec spec(Map<String, ?> evaluation) {
        String images = home.resolve("images").toString();
        Map<String, Object> fields =
                new HashMap<>(
                        Map.of(
                                "dataset",
                                images,
                                "scorer",
                                scorer().toString(),
                                "prompts",
                                PROMPTS,
                                "inferenceSteps",
                                2,
                                "guidanceScale",
                                2));
        fields.putAll(evaluation);
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", teacher().toString(),
                        "calibration", Map.of("dataset", images),
                        "variants",
                                List.of(
                                        Map.of("name", "pruned", "ratio", 0.1),
                                        Map.of("name", "whole", "ratio", 0.2),
                                        Map.of("name", "missing", "ratio", 0.3)),
                        "distillation", Map.of("dataset", images),
                        "evaluation", fields));
    }
}
