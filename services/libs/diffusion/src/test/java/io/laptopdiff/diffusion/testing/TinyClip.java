package io.laptopdiff.diffusion.testing;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A CLIPModel's directory with random weights and the tokenizer of {@link TinyTeacher}. */
public final class TinyClip {

    private static final String CONFIG =
            """
            {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 24,
             "text_config": {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2,
               "intermediate_size": 64, "max_position_embeddings": 77, "vocab_size": 636, "hidden_act": "quick_gelu",
               "bos_token_id": 634, "eos_token_id": 635},
             "vision_config": {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2,
               "intermediate_size": 64, "image_size": 32, "patch_size": 8, "num_channels": 3,
               "hidden_act": "quick_gelu"}}""";

    private TinyClip() {}

    /**
     * Writes the directory.
     *
     * @param tokenizer directory of its files
     */
    public static void write(Path directory, Path tokenizer, long seed) throws IOException {
        Files.createDirectories(directory);
        JsonFiles.write(
                directory.resolve("config.json"), (ObjectNode) new ObjectMapper().readTree(CONFIG));
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(tokenizer.resolve(file), directory.resolve(file));
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            StateDict.random(ClipModel.tensors(ClipConfig.read(directory)), seed, manager)
                    .write(directory, "model", TensorType.F32);
        }
    }
}
