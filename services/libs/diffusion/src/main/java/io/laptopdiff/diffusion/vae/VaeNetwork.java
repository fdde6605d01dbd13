package io.laptopdiff.diffusion.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The encoder and decoder as two rows of layers, laid out once from the config together with the
 * shapes of the weights.
 */
final class VaeNetwork {

    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final VaeConfig config;
    private final VaeFunctions functions;
    private final List<Layer> encoder;
    private final List<Layer> decoder;

    VaeNetwork(VaeConfig config) {
        this.config = config;
        this.functions = VaeFunctions.of(config.groups());
        this.encoder = layEncoder();
        this.decoder = layDecoder();
    }

    /** Returns every weight's name and shape. */
    Map<String, Shape> shapes() {
        return shapes;
    }

    /** Encodes an image (B, 3, H, W) to moments (B, 2 * latent channels, h, w). */
    NDArray encode(NDArray image, StateDict weights) {
        return run(encoder, image, weights);
    }

    /** Decodes a latent (B, latent channels, h, w) to an image (B, 3, H, W). */
    NDArray decode(NDArray latent, StateDict weights) {
        return run(decoder, latent, weights);
    }

    private static NDArray run(List<Layer> layers, NDArray input, StateDict weights) {
        NDArray x = input;
        for (Layer layer : layers) {
            NDArray next = layer.apply(x, weights);
            if (x != input) {
                x.close(); // only our handle: while a tape records, autograd holds what it needs
            }
            x = next;
        }
        return x;
    }

    private List<Layer> layEncoder() {
        List<Layer> layers = new ArrayList<>();
        List<Integer> channels = config.blockOutChannels();
        int width = channels.get(0);
        layers.add(conv(VaeFunctions.CONV3, "encoder.conv_in", config.inChannels(), width, 3));
        for (int stage = 0; stage < channels.size(); stage++) {
            String block = "encoder.down_blocks." + stage;
            for (int i = 0; i < config.layersPerBlock(); i++) {
                layers.add(resnet(block + ".resnets." + i, width, channels.get(stage)));
                width = channels.get(stage);
            }
            if (stage < channels.size() - 1) {
                layers.add(
                        conv(VaeFunctions.DOWN, block + ".downsamplers.0.conv", width, width, 3));
            }
        }
        addMid(layers, "encoder.mid_block");
        int moments = 2 * config.latentChannels();
        layers.add(normConvOut("encoder", width, moments));
        layers.add(conv(VaeFunctions.CONV1, "quant_conv", moments, moments, 1));
        return layers;
    }

    private List<Layer> layDecoder() {
        List<Layer> layers = new ArrayList<>();
        List<Integer> channels = config.blockOutChannels();
        int latent = config.latentChannels();
        int width = config.innermost();
        layers.add(conv(VaeFunctions.CONV1, "post_quant_conv", latent, latent, 1));
        layers.add(conv(VaeFunctions.CONV3, "decoder.conv_in", latent, width, 3));
        addMid(layers, "decoder.mid_block");
        for (int stage = 0; stage < channels.size(); stage++) {
            String block = "decoder.up_blocks." + stage;
            int out = channels.get(channels.size() - 1 - stage);
            for (int i = 0; i < config.layersPerBlock() + 1; i++) {
                layers.add(resnet(block + ".resnets." + i, width, out));
                width = out;
            }
            if (stage < channels.size() - 1) {
                layers.add(conv(VaeFunctions.UP, block + ".upsamplers.0.conv", width, width, 3));
            }
        }
        layers.add(normConvOut("decoder", width, config.outChannels()));
        return layers;
    }

    private void addMid(List<Layer> layers, String block) {
        int width = config.innermost();
        layers.add(resnet(block + ".resnets.0", width, width));
        layers.add(attention(block + ".attentions.0", width));
        layers.add(resnet(block + ".resnets.1", width, width));
    }

    private Layer conv(TorchScriptFunction function, String path, int in, int out, int kernel) {
        return layer(function, weightAndBias(path, new Shape(out, in, kernel, kernel), out));
    }

    private Layer resnet(String path, int in, int out) {
        List<String> names = new ArrayList<>();
        names.addAll(weightAndBias(path + ".norm1", new Shape(in), in));
        names.addAll(weightAndBias(path + ".conv1", new Shape(out, in, 3, 3), out));
        names.addAll(weightAndBias(path + ".norm2", new Shape(out), out));
        names.addAll(weightAndBias(path + ".conv2", new Shape(out, out, 3, 3), out));
        if (in == out) {
            return layer(functions.resnet, names);
        }
        names.addAll(weightAndBias(path + ".conv_shortcut", new Shape(out, in, 1, 1), out));
        return layer(functions.resnetWithShortcut, names);
    }

    private Layer attention(String path, int width) {
        List<String> names =
                new ArrayList<>(weightAndBias(path + ".group_norm", new Shape(width), width));
        for (String projection : List.of(".to_q", ".to_k", ".to_v", ".to_out.0")) {
            names.addAll(weightAndBias(path + projection, new Shape(width, width), width));
        }
        return layer(functions.attention, names);
    }

    private Layer normConvOut(String path, int in, int out) {
        List<String> names =
                new ArrayList<>(weightAndBias(path + ".conv_norm_out", new Shape(in), in));
        names.addAll(weightAndBias(path + ".conv_out", new Shape(out, in, 3, 3), out));
        return layer(functions.normConvOut, names);
    }

    private List<String> weightAndBias(String path, Shape weight, int bias) {
        shapes.put(path + ".weight", weight);
        shapes.put(path + ".bias", new Shape(bias));
        return List.of(path + ".weight", path + ".bias");
    }

    private static Layer layer(TorchScriptFunction function, List<String> names) {
        return (x, weights) ->
                function.apply(
                        Stream.concat(Stream.of(x), names.stream().map(weights::get))
                                .toArray(NDArray[]::new));
    }
}
