package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step of a U-Net's forward pass, in execution order. A layer is a pure description: its
 * tensors by name and what it does to a {@link UNetState}.
 */
sealed interface Layer {

    /** The layer's diffusers path; also its key in error messages. */
    String path();

    /** Returns every tensor of the layer with its shape, by full diffusers name. */
    default Map<String, Shape> tensors() {
        return Map.of();
    }

    /** A 3x3 convolution of the latent, (B, in, H, W) to (B, out, H, W). */
    record ConvIn(String path, int in, int out) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return new Tensors(path).conv("", in, out, 3).map();
        }
    }

    /** Puts the hidden state on the skip stack. */
    record PushSkip(String path) implements Layer {}

    /**
     * A residual block with time embedding.
     *
     * @param hidden channels of the hidden state that comes in
     * @param skip channels of the top of the skip stack, which it first concatenates behind them; 0
     *     where it takes no skip
     * @param out channels of its output
     * @param timeDim width of the time embedding
     */
    record Resnet(String path, int hidden, int skip, int out, int timeDim) implements Layer {

        /** Returns the channels of its input, the skip included. */
        int in() {
            return hidden + skip;
        }

        boolean takesSkip() {
            return skip > 0;
        }

        boolean hasShortcut() {
            return in() != out;
        }

        /** Returns the tensors that a removal leaves. */
        Map<String, Shape> shortcutTensors() {
            return hasShortcut()
                    ? new Tensors(path).conv(".conv_shortcut", in(), out, 1).map()
                    : Map.of();
        }

        /** Returns the tensors that a removal frees. */
        Map<String, Shape> branchTensors() {
            return new Tensors(path)
                    .norm(".norm1", in())
                    .conv(".conv1", in(), out, 3)
                    .linear(".time_emb_proj", timeDim, out)
                    .norm(".norm2", out)
                    .conv(".conv2", out, out, 3)
                    .map();
        }

        @Override
        public Map<String, Shape> tensors() {
            Map<String, Shape> all = branchTensors();
            all.putAll(shortcutTensors());
            return all;
        }
    }

    /**
     * The norm and {@code proj_in} of a {@code Transformer2DModel}: (B, C, H, W) to (B, HW, C).
     *
     * @param path of the transformer
     * @param depth number of its blocks
     * @param linear whether the projections are linear layers rather than 1x1 convolutions
     */
    record TransformerEntry(String path, int channels, int depth, boolean linear) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return projection(
                    new Tensors(path).norm(".norm", channels), ".proj_in", channels, linear);
        }
    }

    /** One {@code BasicTransformerBlock} on (B, T, C). */
    record TransformerBlock(
            String path, String transformer, int channels, int heads, int contextDim)
            implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            int c = channels;
            return new Tensors(path)
                    .norm(".norm1", c)
                    .matrix(".attn1.to_q", c, c)
                    .matrix(".attn1.to_k", c, c)
                    .matrix(".attn1.to_v", c, c)
                    .linear(".attn1.to_out.0", c, c)
                    .norm(".norm2", c)
                    .matrix(".attn2.to_q", c, c)
                    .matrix(".attn2.to_k", contextDim, c)
                    .matrix(".attn2.to_v", contextDim, c)
                    .linear(".attn2.to_out.0", c, c)
                    .norm(".norm3", c)
                    .linear(".ff.net.0.proj", c, 8 * c) // GEGLU: twice the inner width of 4c
                    .linear(".ff.net.2", 4 * c, c)
                    .map();
        }
    }

    /**
     * The {@code proj_out} and the residual sum of a {@code Transformer2DModel}: (B, HW, C) to (B,
     * C, H, W).
     */
    record TransformerExit(String path, int channels, boolean linear) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return projection(new Tensors(path), ".proj_out", channels, linear);
        }
    }

    /** A 3x3 convolution of stride 2. */
    record Downsample(String path, int channels) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return new Tensors(path).conv(".conv", channels, channels, 3).map();
        }
    }

    /** A nearest-neighbour enlargement to the size of the next skip, then a 3x3 convolution. */
    record Upsample(String path, int channels) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return new Tensors(path).conv(".conv", channels, channels, 3).map();
        }
    }

    /** Marks the end of a down, middle or up block; its hidden state is that stage's feature. */
    record StageEnd(String path) implements Layer {}

    /** The final norm, SiLU and 3x3 convolution. */
    record ConvOut(String path, int in, int out) implements Layer {
        @Override
        public Map<String, Shape> tensors() {
            return new Tensors("").norm("conv_norm_out", in).conv("conv_out", in, out, 3).map();
        }
    }

    private static Map<String, Shape> projection(
            Tensors tensors, String name, int channels, boolean linear) {
        return (linear
                        ? tensors.linear(name, channels, channels)
                        : tensors.conv(name, channels, channels, 1))
                .map();
    }

    /** Collects the names and shapes of a module's tensors. */
    final class Tensors {
        private final String path;
        private final Map<String, Shape> map = new LinkedHashMap<>();

        Tensors(String path) {
            this.path = path;
        }

        Tensors conv(String name, int in, int out, int kernel) {
            map.put(path + name + ".weight", new Shape(out, in, kernel, kernel));
            map.put(path + name + ".bias", new Shape(out));
            return this;
        }

        Tensors linear(String name, int in, int out) {
            matrix(name, in, out);
            map.put(path + name + ".bias", new Shape(out));
            return this;
        }

        Tensors matrix(String name, int in, int out) {
            map.put(path + name + ".weight", new Shape(out, in));
            return this;
        }

        Tensors norm(String name, int channels) {
            map.put(path + name + ".weight", new Shape(channels));
            map.put(path + name + ".bias", new Shape(channels));
            return this;
        }

        Map<String, Shape> map() {
            return map;
        }
    }
}
