package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.clip.ClipTextOutput;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import java.util.List;

/**
 * The prompt encoder of SDXL (Podell et al., 2023, section 2.1 and 2.2): two text encoders, their
 * penultimate hidden states side by side, the pooled embedding of the second, and the image's size
 * as conditions.
 *
 * @param zerosWhenEmpty whether guidance leads away from zeros instead of from an empty prompt
 */
record StableDiffusionXlPrompts(
        ClipTokenizer tokenizer,
        ClipTextModel encoder,
        ClipTokenizer tokenizer2,
        ClipTextModelWithProjection encoder2,
        boolean zerosWhenEmpty)
        implements PromptEncoder {

    @Override
    public PromptEmbeddings encode(List<String> prompts, NDManager manager) {
        try (NDManager pass = manager.newSubManager()) {
            int length = Math.min(tokenizer.maxLength(), encoder.config().maxPositions());
            NDArray first =
                    encoder.encode(tokenizer.encode(prompts, length, pass))
                            .penultimateHiddenState();
            ClipTextOutput second = encoder2.encode(tokenizer2.encode(prompts, length, pass));
            NDArray hidden = first.concat(second.penultimateHiddenState(), -1); // (B, T, C1 + C2)
            NDArray pooled = encoder2.textEmbeds(second);
            return new PromptEmbeddings(
                    PromptEncoder.keep(hidden, manager), PromptEncoder.keep(pooled, manager));
        }
    }

    @Override
    public PromptEmbeddings unconditional(NDManager manager) {
        PromptEmbeddings empty = encode(List.of(""), manager);
        if (!zerosWhenEmpty) {
            return empty;
        }
        try (empty) {
            return new PromptEmbeddings(
                    empty.hiddenStates().zerosLike(), empty.pooled().zerosLike());
        }
    }

    @Override
    public void close() {
        encoder.close();
        encoder2.close();
        tokenizer.close();
        tokenizer2.close();
    }
}
