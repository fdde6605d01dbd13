package io.laptopdiff.diffusion.unet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The config that a {@code UNet2DConditionModel}'s {@code config.json} gives, resolved to stages.
 *
 * @param inChannels latent channels in
 * @param outChannels latent channels out
 * @param sampleSize height and width of the latent the model was made for, in latent pixels
 * @param down stages in execution order
 * @param mid the middle block
 * @param midTransformerDepth blocks of the middle transformer
 * @param midHeads its attention heads
 * @param up stages in execution order
 * @param crossAttentionDim width of the text encoder's hidden states
 * @param groups groups of every group norm
 * @param normEps epsilon of the resnets' and the final group norm
 * @param addition SDXL's extra conditioning, or empty
 * @param removedUnits units that this checkpoint no longer has; empty for a teacher
 * @param json the config as read, to be written again
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        int sampleSize,
        List<StageConfig> down,
        MidBlock mid,
        int midTransformerDepth,
        int midHeads,
        List<StageConfig> up,
        int crossAttentionDim,
        int groups,
        double normEps,
        boolean linearProjection,
        Optional<AdditionEmbedding> addition,
        Set<String> removedUnits,
        ObjectNode json) {

    /** The field of {@code config.json} that lists the units a pruned U-Net lacks. */
    public static final String REMOVED_UNITS = "removed_units";

    /**
     * Reads {@code config.json} of a U-Net directory; no weight is touched.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     missing or not supported
     */
    public static UNetConfig read(Path directory) {
        return UNetConfigReader.read(ModelConfig.read(directory, "config.json"));
    }

    /**
     * Tells what of a directory's {@code config.json} is corrected or ignored; empty where it is
     * taken as it stands.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if there is no config
     */
    public static List<String> notes(Path directory) {
        return UNetFields.notes(ModelConfig.read(directory, "config.json"));
    }

    /** Makes a config of JSON that is at hand; {@code origin} only serves messages. */
    public static UNetConfig of(ObjectNode json, Path origin) {
        return UNetConfigReader.read(ModelConfig.of(origin, json));
    }

    /** Returns the channels of the outermost stage, into which {@code conv_in} leads. */
    int baseChannels() {
        return down.get(0).channels();
    }

    /** Returns the width of the time embedding: four times the base channels. */
    int timeEmbedDim() {
        return 4 * baseChannels();
    }
}
