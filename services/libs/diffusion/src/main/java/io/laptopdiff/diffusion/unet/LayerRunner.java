package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Collections;
import java.util.Set;

/** Applies layers to states, with the weights and the conditions of one pass. */
final class LayerRunner {

    private final UNetLayout layout;
    private final LayerWeights weights;
    private final UNetFunctions functions;
    private final NDArray time; // (B, timeEmbedDim), after SiLU
    private final NDArray context; // (B, T, cross attention dim)

    LayerRunner(UNetLayout layout, LayerWeights weights, NDArray time, NDArray context) {
        this.layout = layout;
        this.weights = weights;
        this.functions = new UNetFunctions(weights.arithmetic());
        this.time = time;
        this.context = context;
    }

    UNetLayout layout() {
        return layout;
    }

    /** Returns the state after a layer; {@code removed} are the units that this pass lacks. */
    UNetState apply(Layer layer, UNetState state, Set<String> removed) {
        UNetConfig config = layout.config();
        NDArray x = state.hidden();
        if (layer instanceof Layer.PushSkip) {
            return new UNetState(x, new UNetState.SkipStack(x, state.skips()), state.residual());
        }
        if (layer instanceof Layer.Resnet resnet) {
            return resnet(resnet, state, removed.contains(resnet.path()));
        }
        if (layer instanceof Layer.StageEnd || layout.isGone(layer, removed)) {
            return state;
        }
        if (layer instanceof Layer.TransformerEntry) {
            NDArray tokens = call(functions.transformerEntry(config.groups()), layer, x);
            return new UNetState(tokens, state.skips(), x);
        }
        if (layer instanceof Layer.TransformerBlock block) {
            return state.withHidden(
                    call(functions.transformerBlock(block.heads()), layer, x, context));
        }
        if (layer instanceof Layer.TransformerExit) {
            NDArray y = call(functions.transformerExit(), layer, x, state.residual());
            return new UNetState(y, state.skips(), null);
        }
        if (layer instanceof Layer.Upsample) {
            return state.withHidden(call(functions.upsample(), layer, x, state.skips().top()));
        }
        if (layer instanceof Layer.ConvIn) {
            return state.withHidden(call(functions.conv3x3(1), layer, x));
        }
        if (layer instanceof Layer.Downsample) {
            return state.withHidden(call(functions.conv3x3(2), layer, x));
        }
        return state.withHidden(
                call(functions.convOut(config.groups(), config.normEps()), layer, x));
    }

    private UNetState resnet(Layer.Resnet resnet, UNetState state, boolean removed) {
        if (!resnet.takesSkip()) {
            return state.withHidden(resnet(resnet, state.hidden(), removed));
        }
        UNetState.SkipStack skips = state.skips();
        NDArray both = functions.concatenate().apply(state.hidden(), skips.top());
        NDArray x = resnet(resnet, both, removed);
        if (x != both) {
            both.close();
        }
        return new UNetState(x, skips.below(), state.residual());
    }

    private NDArray resnet(Layer.Resnet resnet, NDArray x, boolean removed) {
        if (removed) {
            return resnet.hasShortcut()
                    ? weights.apply(functions.conv1x1(), resnet.shortcutTensors().keySet(), x)
                    : x;
        }
        UNetConfig config = layout.config();
        return call(
                functions.resnet(config.groups(), config.normEps(), resnet.hasShortcut()),
                resnet,
                x,
                time);
    }

    private NDArray call(TorchScriptFunction function, Layer layer, NDArray... activations) {
        return weights.apply(function, layer.tensors().keySet(), activations);
    }

    /**
     * Returns a runner for a batch that holds these conditions several times over.
     *
     * @param owner of the repeated conditions
     */
    LayerRunner repeated(int times, NDManager owner) {
        if (times == 1) {
            return this;
        }
        return new LayerRunner(
                layout, weights, repeated(time, times, owner), repeated(context, times, owner));
    }

    private static NDArray repeated(NDArray array, int times, NDManager owner) {
        NDArray repeated = NDArrays.concat(new NDList(Collections.nCopies(times, array)), 0);
        repeated.attach(owner);
        return repeated;
    }
}
