package io.laptopdiff.diffusion.fabrication;

import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.util.List;
import java.util.Map;

/**
 * A part of a pipeline that has weights.
 *
 * @param name its directory
 * @param tensors every tensor with its shape
 * @param shards the files they go into
 * @param baseName of its files
 */
record ModelPart(String name, String baseName, Map<String, Shape> tensors, List<Shard> shards) {

    /** The base name of transformers' weight files. */
    private static final String TRANSFORMERS = "model";

    static ModelPart of(ConfigFiles configs, String name, TensorType type, ShardSize most) {
        ModelConfig config = configs.config(name + "/config.json");
        Map<String, Shape> tensors =
                switch (name) {
                    case "unet" ->
                            UNetLayout.of(UNetConfig.of(config.json(), config.file())).tensors();
                    case "vae" -> AutoencoderKL.tensors(VaeConfig.of(config));
                    case "text_encoder" -> ClipTextModel.tensors(ClipTextConfig.of(config));
                    default -> ClipTextModelWithProjection.tensors(ClipTextConfig.of(config));
                };
        String baseName =
                name.startsWith("text_encoder") ? TRANSFORMERS : UNet2DConditionModel.WEIGHTS;
        return new ModelPart(name, baseName, tensors, Shard.cut(baseName, tensors, type, most));
    }

    long parameters() {
        return tensors.values().stream().mapToLong(Shape::size).reduce(0, Math::addExact);
    }

    /** Returns the bytes of all tensors, the {@code total_size} of a shard index. */
    long tensorBytes() {
        return shards.stream().mapToLong(Shard::tensorBytes).reduce(0, Math::addExact);
    }

    /** Returns the bytes of all weight files. */
    long fileBytes() {
        return shards.stream()
                .mapToLong(shard -> shard.tensorBytes() + shard.header().length)
                .reduce(0, Math::addExact);
    }
}
