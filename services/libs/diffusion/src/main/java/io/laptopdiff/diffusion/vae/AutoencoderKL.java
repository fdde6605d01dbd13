package io.laptopdiff.diffusion.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointHeaders;
import io.laptopdiff.diffusion.checkpoint.CheckpointNames;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * diffusers' {@code AutoencoderKL}. Runs under a {@code GradientTape} when its weights require
 * gradients.
 *
 * <p>Letters: B = batch, H, W = image size in pixels, h, w = latent size, H / {@link
 * VaeConfig#downsamplingFactor()}.
 */
public final class AutoencoderKL implements AutoCloseable {

    private static final String BASE_NAME = "diffusion_pytorch_model";

    private static final TorchScriptFunction SPLIT_MOMENTS =
            TorchScriptFunction.ofMany(
                    "vae moments",
                    "x",
                    """
                    parts = torch.chunk(x, 2, 1)
                    return [parts[0], torch.clamp(parts[1], -30.0, 20.0)]""");

    private final VaeConfig config;
    private final VaeNetwork network;
    private final StateDict weights;

    private AutoencoderKL(VaeConfig config, VaeNetwork network, StateDict weights) {
        this.config = config;
        this.network = network;
        this.weights = weights;
    }

    /**
     * Reads a directory with {@code config.json} and safetensors weights.
     *
     * @param parent the weights live in a sub-manager of it, until {@link #close}
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if the config or the weights
     *     cannot be used
     */
    public static AutoencoderKL load(Path directory, NDManager parent) {
        VaeConfig config = VaeConfig.read(directory);
        VaeNetwork network = new VaeNetwork(config);
        if (!hasOlderNames(directory)) {
            return new AutoencoderKL(
                    config,
                    network,
                    StateDict.read(directory, BASE_NAME, network.shapes(), parent));
        }
        try (StateDict read = StateDict.read(directory, BASE_NAME, older(network), parent)) {
            UnaryOperator<String> source = AutoencoderKL::olderName;
            return new AutoencoderKL(
                    config, network, read.copy(network.shapes().keySet(), source, parent));
        }
    }

    /**
     * Holds a directory's config and the headers of its weights to what {@link #load} expects of
     * them; reads no weight and needs no engine.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    public static void verifyHeaders(Path directory) {
        VaeNetwork network = new VaeNetwork(VaeConfig.read(directory));
        CheckpointHeaders.require(
                directory, BASE_NAME, hasOlderNames(directory) ? older(network) : network.shapes());
    }

    private static boolean hasOlderNames(Path directory) {
        return CheckpointNames.of(directory, BASE_NAME)
                .contains("encoder.mid_block.attentions.0.query.weight");
    }

    private static Map<String, Shape> older(VaeNetwork network) {
        Map<String, Shape> older = new LinkedHashMap<>();
        network.shapes().forEach((name, shape) -> older.put(olderName(name), shape));
        return older;
    }

    /**
     * Returns the older name of a tensor: SD-v1.x and v2.x ship the attention of the middle blocks
     * under names of diffusers before 0.18.
     */
    private static String olderName(String name) {
        return name.replace(".to_q.", ".query.")
                .replace(".to_k.", ".key.")
                .replace(".to_v.", ".value.")
                .replace(".to_out.0.", ".proj_attn.");
    }

    /**
     * Makes a model of given weights, which it takes over.
     *
     * @param weights the tensors of {@link #tensors}
     */
    public static AutoencoderKL of(VaeConfig config, StateDict weights) {
        VaeNetwork network = new VaeNetwork(config);
        if (!weights.shapes().equals(network.shapes())) {
            throw new IllegalArgumentException(
                    "The weights are not those of the config: expected " + network.shapes());
        }
        return new AutoencoderKL(config, network, weights);
    }

    /** Returns name and shape of every tensor that a model of this config has. */
    public static Map<String, Shape> tensors(VaeConfig config) {
        return Collections.unmodifiableMap(new VaeNetwork(config).shapes());
    }

    /**
     * Encodes images.
     *
     * @param image (B, 3, H, W) in [-1, 1]
     * @return mean and logvar (B, latent channels, h, w), not multiplied by the scaling factor, in
     *     the image's manager
     */
    public LatentDistribution encode(NDArray image) {
        try (NDArray moments = network.encode(image, weights)) {
            NDList parts = SPLIT_MOMENTS.applyAll(moments);
            return new LatentDistribution(parts.get(0), parts.get(1));
        }
    }

    /**
     * Decodes latents.
     *
     * @param latent (B, latent channels, h, w), already divided by the scaling factor
     * @return images (B, 3, H, W), about [-1, 1], in the latent's manager
     */
    public NDArray decode(NDArray latent) {
        return network.decode(latent, weights);
    }

    /** The config. */
    public VaeConfig config() {
        return config;
    }

    /** The weights, owned by this model. */
    public StateDict weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
    }
}
