package io.laptopdiff.evaluation;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.nio.file.Files;
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

    private static final String CLIP =
            """
            {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 24,
             "text_config": {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2,
               "intermediate_size": 64, "max_position_embeddings": 77, "vocab_size": 636, "hidden_act": "quick_gelu",
               "bos_token_id": 634, "eos_token_id": 635},
             "vision_config": {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2,
               "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_channels": 3,
               "hidden_act": "quick_gelu"}}""";

    public static TinyComparison in(Path home) throws IOException {
        TinyComparison tiny = new TinyComparison(home);
        TinyTeacher.write(tiny.teacher(), 1);
        TinyTeacher.writeImages(home.resolve("images"), 7, 2);
        tiny.writeScorer(tiny.scorer());
        tiny.writeStudent("pruned", REMOVED);
        tiny.writeStudent("whole", Set.of());
        return tiny;
    }

    private void writeScorer(Path scorer) throws IOException {
        Files.createDirectories(scorer);
        JsonFiles.write(
                scorer.resolve("config.json"), (ObjectNode) new ObjectMapper().readTree(CLIP));
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(teacher().resolve("tokenizer").resolve(file), scorer.resolve(file));
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            StateDict.random(ClipModel.tensors(ClipConfig.read(scorer)), 3, manager)
                    .write(scorer, "model", TensorType.F32);
        }
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
