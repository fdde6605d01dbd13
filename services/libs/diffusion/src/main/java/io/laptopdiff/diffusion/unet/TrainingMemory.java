package io.laptopdiff.diffusion.unet;

import java.util.Set;

/**
 * The bytes that a student's training holds, told from its layout before anything is loaded.
 *
 * <p>What a recorded pass keeps is counted operator by operator, as PyTorch's autograd saves it:
 * inputs of convolutions, linear layers, norms and activations, and query, key, value and output of
 * attention.
 */
public final class TrainingMemory {

    private static final long FLOAT32 = 4;

    /** The number of arrays of the parameters' size: weights, gradients and AdamW's two moments. */
    private static final int OF_PARAMETERS = 4;

    /** The ratio of live bytes to those counted: see {@link PassMemory}. */
    private static final double ALLOCATOR = 1.1;

    private final UNetLayout layout;
    private final int height;
    private final int width;
    private final int textTokens;

    /**
     * @param layout the student's; units that its config lists as removed are not there
     * @param height of the latents
     * @param width of the latents
     * @param textTokens of a caption
     */
    public TrainingMemory(UNetLayout layout, int height, int width, int textTokens) {
        this.layout = layout;
        this.height = height;
        this.width = width;
        this.textTokens = textTokens;
    }

    /**
     * Returns the bytes of weights, gradients and the optimizer's state; with a moving average one
     * copy more.
     */
    public long parameters(boolean averaged) {
        return FLOAT32 * layout.parameters() * (OF_PARAMETERS + (averaged ? 1 : 0));
    }

    /**
     * Returns the bytes of features and output of one pass, which teacher and student each have.
     */
    public long features(int batch) {
        long elements = (long) height * width * layout.config().outChannels();
        for (LayerShape shape : LayerShape.of(layout, height, width)) {
            if (shape.layer() instanceof Layer.StageEnd) {
                elements += shape.elements();
            }
        }
        return FLOAT32 * batch * elements;
    }

    /**
     * Returns the most bytes that a step holds beside parameters and features.
     *
     * @param checkpointing whether only what lies between the stages is kept on the way forward
     */
    public long activations(int batch, boolean checkpointing) {
        return (long) (ALLOCATOR * FLOAT32 * (checkpointing ? perStage(batch) : whole(batch)));
    }

    /**
     * Returns the bytes that a recorded pass keeps until its way back, without what the way back
     * takes.
     */
    long kept(int batch) {
        return FLOAT32
                * LayerShape.of(layout, height, width).stream()
                        .mapToLong(shape -> saved(shape, batch))
                        .sum();
    }

    private long whole(int batch) {
        long kept = 0;
        long peak = 0;
        for (LayerShape shape : LayerShape.of(layout, height, width)) {
            kept += saved(shape, batch);
            peak = Math.max(peak, kept + gradients(shape, batch));
        }
        return peak;
    }

    private long perStage(int batch) {
        long between = 0;
        long fullest = 0;
        long stage = 0;
        long skips = 0;
        for (LayerShape shape : LayerShape.of(layout, height, width)) {
            stage += saved(shape, batch);
            fullest = Math.max(fullest, stage + gradients(shape, batch));
            if (shape.layer() instanceof Layer.PushSkip) {
                skips += batch * shape.elements();
            } else if (shape.layer() instanceof Layer.StageEnd) {
                between += batch * shape.elements();
                stage = 0;
            }
        }
        return between + 2 * skips + fullest; // skips, and later their gradients
    }

    /** Returns the number of elements that autograd keeps of a layer, its input included. */
    private long saved(LayerShape shape, int batch) {
        Layer layer = shape.layer();
        Set<String> removed = layout.config().removedUnits();
        long in = batch * shape.elements();
        if (layer instanceof Layer.Resnet resnet) {
            return resnet(resnet, batch * shape.positions(), removed.contains(resnet.path()));
        }
        if (layer instanceof Layer.PushSkip
                || layer instanceof Layer.StageEnd
                || layout.isGone(layer, removed)) {
            return 0;
        }
        if (layer instanceof Layer.TransformerEntry) {
            return 2 * in; // of the norm, and tokens
        }
        if (layer instanceof Layer.TransformerBlock block) {
            // self-attention: norm's input and output, q, k, v, output; cross-attention: the same
            // but k and v of the text; feed-forward: norm's input and output, projection (8),
            // activation (4), product (4)
            return (6 + 4 + 18) * in
                    + 2L * batch * textTokens * block.channels()
                    + 2L * batch * block.heads() * shape.positions(); // sums of the two softmaxes
        }
        if (layer instanceof Layer.Upsample up) {
            return batch * up.channels() * shape.nextPositions();
        }
        if (layer instanceof Layer.ConvOut) {
            return 3 * in; // of the norm, of the activation, of the convolution
        }
        return in; // of a convolution or a projection
    }

    private static long resnet(Layer.Resnet resnet, long positions, boolean removed) {
        if (removed) {
            return resnet.hasShortcut() ? positions * resnet.in() : 0;
        }
        // norm's input, activation's input, convolution's input, twice
        return 3 * positions * (resnet.in() + resnet.out());
    }

    /**
     * Returns the number of elements that the way back through a layer holds beside what was kept.
     */
    private long gradients(LayerShape shape, int batch) {
        Layer layer = shape.layer();
        Set<String> removed = layout.config().removedUnits();
        long positions = batch * shape.positions();
        if (layer instanceof Layer.Resnet resnet && !removed.contains(resnet.path())) {
            return positions * (2L * resnet.in() + 2L * resnet.out())
                    + 9L * resnet.in() * resnet.out(); // the kernel's gradient in oneDNN's order
        }
        if (layer instanceof Layer.TransformerBlock block && !layout.isGone(layer, removed)) {
            return positions * 14L * block.channels();
        }
        return 2L * batch * shape.elements();
    }
}
