package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.unet.AddedConditions;
import java.nio.file.Path;
import java.util.List;

/**
 * The text side of a pipeline alone, for whoever needs neither U-Net nor autoencoder: the one text
 * encoder of SD-v1.x and v2.x, or SDXL's two.
 */
public final class TextEncoders implements AutoCloseable {

    private final PromptEncoder prompts;

    TextEncoders(PromptEncoder prompts) {
        this.prompts = prompts;
    }

    /**
     * Reads the tokenizers and text encoders of a directory with {@code model_index.json}, and sees
     * from the configs that its other parts fit them.
     *
     * @param parent the weights live in sub-managers of it, until {@link #close}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static TextEncoders load(Path directory, NDManager parent) {
        return PipelineDirectory.loadTextEncoders(directory, parent);
    }

    /**
     * Holds a directory to everything that {@link #load} does but the numbers of its weights, and
     * needs no engine.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static void verifyHeaders(Path directory) {
        PipelineDirectory.verifyTextEncoders(directory);
    }

    /**
     * Encodes prompts.
     *
     * @return arrays that belong to {@code manager}
     */
    public PromptEmbeddings embed(List<String> texts, NDManager manager) {
        return prompts.encode(texts, manager);
    }

    /**
     * Returns the conditions beside the hidden states, in the manager of {@code texts}: SDXL is
     * told that the image was that large and was not cropped (arXiv 2307.01952, section 2.2).
     *
     * @param height of the images, in pixels
     * @param width of the images, in pixels
     * @return null where the U-Net has none
     */
    public AddedConditions added(PromptEmbeddings texts, int height, int width) {
        return texts.added(height, width);
    }

    @Override
    public void close() {
        prompts.close();
    }
}
