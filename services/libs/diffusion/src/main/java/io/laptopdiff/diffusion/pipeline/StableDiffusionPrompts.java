package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.util.List;

/** The prompt encoder of SD-v1.x and v2.x: one text encoder, its final hidden states. */
record StableDiffusionPrompts(ClipTokenizer tokenizer, ClipTextModel encoder)
        implements PromptEncoder {

    @Override
    public PromptEmbeddings encode(List<String> prompts, NDManager manager) {
        try (NDManager pass = manager.newSubManager()) {
            int length = Math.min(tokenizer.maxLength(), encoder.config().maxPositions());
            var hidden = encoder.encode(tokenizer.encode(prompts, length, pass)).lastHiddenState();
            return new PromptEmbeddings(PromptEncoder.keep(hidden, manager), null);
        }
    }

    @Override
    public PromptEmbeddings unconditional(NDManager manager) {
        return encode(List.of(""), manager);
    }

    @Override
    public void close() {
        encoder.close();
        tokenizer.close();
    }
}
