package io.laptopdiff.shapes.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.shapes.tokenizer.CaptionTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The directories of the models: {@code shapes} is laid out as SD-v1.5, {@code shapes-clip} as a
 * CLIPModel.
 *
 * @param root holds both
 */
record ModelDirectories(Path root) {

    private static final String LAYOUT = "/io/laptopdiff/shapes/layout/";
    private static final ObjectMapper JSON = new ObjectMapper();

    Path pipeline() {
        return root.resolve("shapes");
    }

    Path vae() {
        return pipeline().resolve("vae");
    }

    Path unet() {
        return pipeline().resolve("unet");
    }

    Path textEncoder() {
        return pipeline().resolve("text_encoder");
    }

    Path tokenizer() {
        return pipeline().resolve("tokenizer");
    }

    Path clip() {
        return root.resolve("shapes-clip");
    }

    /** Writes every config and both tokenizers; weights come with the training. */
    void writeConfigs() throws IOException {
        copy("shapes/model_index.json");
        copy("shapes/scheduler/scheduler_config.json");
        copy("shapes/unet/config.json");
        copy("shapes/vae/config.json");
        copy("shapes-clip/preprocessor_config.json");
        ObjectNode text = read("shapes/text_encoder/config.json");
        putVocabulary(text);
        JsonFiles.write(textEncoder().resolve("config.json"), text);
        ObjectNode clip = read("shapes-clip/config.json");
        putVocabulary((ObjectNode) clip.get("text_config"));
        JsonFiles.write(clip().resolve("config.json"), clip);
        int length = text.get("max_position_embeddings").asInt();
        CaptionTokenizer.write(tokenizer(), length);
        CaptionTokenizer.write(clip(), length);
    }

    private static void putVocabulary(ObjectNode text) {
        int size = CaptionTokenizer.size();
        text.put("vocab_size", size).put("bos_token_id", size - 2);
        text.put("eos_token_id", size - 1).put("pad_token_id", size - 1);
    }

    private void copy(String file) throws IOException {
        JsonFiles.write(root.resolve(file), read(file));
    }

    private static ObjectNode read(String file) throws IOException {
        try (InputStream stream = ModelDirectories.class.getResourceAsStream(LAYOUT + file)) {
            if (stream == null) {
                throw new FileNotFoundException(
                        "Resource " + LAYOUT + file + " is missing in the jar");
            }
            return (ObjectNode) JSON.readTree(stream);
        }
    }
}
