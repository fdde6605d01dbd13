package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks for special tokens where transformers does: {@code special_tokens_map.json} wins over the
 * config, but is not read where the config has {@code added_tokens_decoder}.
 */
final class SpecialTokens {

    private final TokenizerFiles files;
    private final ModelConfig map;
    private final ModelConfig config;

    /**
     * @param config {@code tokenizer_config.json}, or null where there is none
     */
    SpecialTokens(Path directory, TokenizerFiles files, ModelConfig config) {
        this.files = files;
        this.config = config;
        this.map =
                Files.exists(directory.resolve("special_tokens_map.json"))
                                && (config == null || !config.has("added_tokens_decoder"))
                        ? ModelConfig.read(directory, "special_tokens_map.json")
                        : null;
    }

    /**
     * Returns the token of a role, e.g. {@code pad_token}; refuses one that the vocabulary lacks.
     */
    String token(String field, String absent) {
        ModelConfig source = map != null && map.has(field) ? map : config;
        JsonNode node = source == null ? null : source.node(field);
        String token = absent;
        if (node != null && !node.isMissingNode()) {
            JsonNode content = node.isObject() ? node.path("content") : node;
            if (!content.isTextual()) {
                throw source.refuse(field, "a token, or an object with its content");
            }
            token = content.asText();
        }
        if (id(token) < 0) {
            throw new CheckpointException(
                    "The " + field + " '" + token + "' is not in the vocabulary",
                    files.source(),
                    token,
                    "Check that the vocabulary belongs to the tokenizer's config.");
        }
        return token;
    }

    /** Returns the id of a token; -1 where there is none. */
    long id(String token) {
        return files.added().stream()
                .filter(added -> added.content().equals(token))
                .mapToLong(AddedToken::id)
                .findFirst()
                .orElse(files.vocabulary().path(token).asLong(-1));
    }
}
