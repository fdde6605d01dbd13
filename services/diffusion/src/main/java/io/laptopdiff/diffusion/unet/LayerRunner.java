package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Applies layers to states, with the weights and the conditions of one pass. */
final class LayerRunner {

    private final UNetLayout layout;
    private final StateDict weights;
    private final NDArray time; // (B, timeEmbedDim), after SiLU
    private final NDArray context; // (B, T, cross attention dim)

    LayerRunner(UNetLayout layout, StateDict weights, NDArray time, NDArray context) {
        this.layout = layout;
        this.weights = weights;
        this.time = time;
        this.context = context;
    }

    UNetLayout layout() {
        return layout;
    }

    /** The state after a layer; {@code removed} are the units that this pass lacks. */
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
            NDArray tokens = call(UNetFunctions.transformerEntry(config.groups()), layer, x);
            return new UNetState(tokens, state.skips(), x);
        }
        if (layer instanceof Layer.TransformerBlock block) {
            return state.withHidden(
                    call(UNetFunctions.transformerBlock(block.heads()), layer, x, context));
        }
        if (layer instanceof Layer.TransformerExit) {
            NDArray y = call(UNetFunctions.transformerExit(), layer, x, state.residual());
            return new UNetState(y, state.skips(), null);
        }
        if (layer instanceof Layer.Upsample) {
            return state.withHidden(call(UNetFunctions.upsample(), layer, x, state.skips().top()));
        }
        if (layer instanceof Layer.ConvIn) {
            return state.withHidden(call(UNetFunctions.conv3x3(1), layer, x));
        }
        if (layer instanceof Layer.Downsample) {
            return state.withHidden(call(UNetFunctions.conv3x3(2), layer, x));
        }
        return state.withHidden(
                call(UNetFunctions.convOut(config.groups(), config.normEps()), layer, x));
    }

    private UNetState resnet(Layer.Resnet resnet, UNetState state, boolean removed) {
        NDArray x = state.hidden();
        UNetState.SkipStack skips = state.skips();
        if (resnet.takesSkip()) {
            x = UNetFunctions.concatenate().apply(x, skips.top());
            skips = skips.below();
        }
        if (removed) {
            if (resnet.hasShortcut()) {
                x = UNetFunctions.conv1x1().apply(inputs(resnet.shortcutTensors().keySet(), x));
            }
        } else {
            UNetConfig config = layout.config();
            x =
                    call(
                            UNetFunctions.resnet(
                                    config.groups(), config.normEps(), resnet.hasShortcut()),
                            resnet,
                            x,
                            time);
        }
        return new UNetState(x, skips, state.residual());
    }

    private NDArray call(
            io.laptopdiff.diffusion.torchscript.TorchScriptFunction function,
            Layer layer,
            NDArray... activations) {
        return function.apply(inputs(layer.tensors().keySet(), activations));
    }

    private NDArray[] inputs(Set<String> tensors, NDArray... activations) {
        List<NDArray> inputs = new ArrayList<>(List.of(activations));
        tensors.forEach(name -> inputs.add(weights.get(name)));
        return inputs.toArray(NDArray[]::new);
    }
}
