package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.UNetState.SkipStack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pass of a U-Net in training that keeps no more than what lies between its stages, and computes
 * each stage a second time on the way back (gradient checkpointing: Chen et al., arXiv 1604.06174).
 * Memory is that of the hungriest stage instead of all of them, for one more forward pass.
 *
 * <p>The gradients are those of a plain pass: each stage's vector-Jacobian product is handed on to
 * the stages that made its inputs, and a skip's waits for the stage that pushed it.
 */
public final class CheckpointedPass {

    private static final TorchScriptFunction ZERO =
            TorchScriptFunction.ofLists(
                    "zero gradient",
                    "gradient",
                    "torch._foreach_zero_(gradient)\nreturn torch.zeros([1])");

    private final UNet2DConditionModel model;
    private final NDArray timestep; // (B)
    private final NDArray text; // (B, T, cross attention dim)
    private final AddedConditions added;
    private final NDManager owner;
    private final List<Section> sections;
    private final List<UNetState> entries = new ArrayList<>(); // before each section
    private final NDArray time; // (B, timeEmbedDim), after SiLU
    private final UNetOutput output;

    private CheckpointedPass(
            UNet2DConditionModel model,
            NDArray sample,
            NDArray timestep,
            NDArray text,
            AddedConditions added) {
        this.model = model;
        this.timestep = timestep;
        this.text = text;
        this.added = added;
        this.owner = sample.getManager();
        this.sections = Section.of(model.layout());
        this.time = embedding(owner);
        this.output = forward(sample);
    }

    /**
     * Runs forward without recording, inside or outside a tape. The arguments are those of {@link
     * UNet2DConditionModel#forward}; the sample's manager owns what is kept.
     */
    public static CheckpointedPass of(
            UNet2DConditionModel model,
            NDArray sample,
            NDArray timestep,
            NDArray encoderHiddenStates,
            AddedConditions added) {
        return GradientTape.withoutRecording(
                () -> new CheckpointedPass(model, sample, timestep, encoderHiddenStates, added));
    }

    /**
     * Returns the output as leaves: a loss of them, recorded by a tape, is what {@link #backward}
     * takes.
     */
    public UNetOutput output() {
        return output;
    }

    private UNetOutput forward(NDArray sample) {
        Map<String, NDArray> features = new LinkedHashMap<>();
        LayerRunner runner = runner(time);
        UNetState state = new UNetState(sample, null, null);
        for (Section section : sections) {
            entries.add(state);
            try (NDManager scope = owner.newSubManager()) {
                state = run(section, runner, state.withHidden(alias(state.hidden(), scope)));
                state.hidden().attach(owner);
                SkipStack pushed = state.skips();
                for (int i = 0; i < section.pushed(); i++, pushed = pushed.below()) {
                    pushed.top().attach(owner);
                }
            }
            if (section.stage() != null) {
                features.put(section.stage(), leaf(state.hidden(), owner));
            }
        }
        return new UNetOutput(leaf(state.hidden(), owner), features);
    }

    private UNetState run(Section section, LayerRunner runner, UNetState state) {
        Set<String> removed = model.config().removedUnits();
        for (Layer layer : section.layers()) {
            state = runner.apply(layer, state, removed);
        }
        return state;
    }

    private LayerRunner runner(NDArray activated) {
        return new LayerRunner(model.layout(), new FullWeights(model.weights()), activated, text);
    }

    /** Computes time and added conditions after SiLU, (B, timeEmbedDim), in a manager. */
    private NDArray embedding(NDManager manager) {
        NDArray embedding =
                new TimeEmbedding(model.config(), model.weights())
                        .forward(alias(timestep, manager), added);
        embedding.attach(manager);
        return UNetFunctions.silu().apply(embedding);
    }

    /**
     * Adds the gradient of a loss to every weight. It may be called again, with another loss of the
     * same outputs.
     *
     * @param loss a scalar, computed from {@link #output} under the tape
     * @param tape open on this thread; it records each stage in turn
     */
    public void backward(NDArray loss, GradientTape tape) {
        try (NDManager scope = owner.newSubManager()) {
            tape.backwardKeepingGraph(loss);
            NDArray hidden = taken(output.sample(), scope);
            Map<Integer, NDArray> skips = new HashMap<>();
            NDArray leaf = leaf(time, scope);
            LayerRunner runner = runner(leaf);
            for (int i = sections.size() - 1; i >= 0; i--) {
                if (sections.get(i).stage() != null) {
                    hidden.addi(taken(output.features().get(sections.get(i).stage()), scope));
                }
                hidden = new Stage(i, runner, tape, scope).backward(hidden, skips);
            }
            NDArray embedding = embedding(scope);
            tape.backward(product(List.of(embedding), List.of(gradient(leaf, scope))));
        }
    }

    /** A section on its way back. */
    private final class Stage {

        private final Section section;
        private final LayerRunner runner;
        private final GradientTape tape;
        private final NDManager parent;
        private final UNetState entry;
        private final int depth; // of the skip stack on entry

        Stage(int index, LayerRunner runner, GradientTape tape, NDManager parent) {
            this.section = sections.get(index);
            this.runner = runner;
            this.tape = tape;
            this.parent = parent;
            this.entry = entries.get(index);
            int size = 0;
            for (SkipStack rest = entry.skips(); rest != null; rest = rest.below()) {
                size++;
            }
            this.depth = size;
        }

        /**
         * @param gradient of the hidden state that the section leaves; closed
         * @param skips gradients by depth on the stack, counted from 1: those of skips that it
         *     pushed are taken out, those of skips that it took are put in
         * @return the gradient of the hidden state that came in
         */
        NDArray backward(NDArray gradient, Map<Integer, NDArray> skips) {
            try (NDManager scope = parent.newSubManager()) {
                gradient.attach(scope);
                NDArray hidden = leaf(entry.hidden(), scope);
                List<NDArray> taken = new ArrayList<>(); // topmost first
                SkipStack stack = leaves(entry.skips(), section.taken(), taken, scope);
                UNetState end = run(section, runner, new UNetState(hidden, stack, null));
                List<NDArray> outputs = new ArrayList<>(List.of(end.hidden()));
                List<NDArray> gradients = new ArrayList<>(List.of(gradient));
                SkipStack pushed = end.skips();
                for (int i = section.pushed(); i > 0; i--, pushed = pushed.below()) {
                    outputs.add(pushed.top());
                    gradients.add(skips.remove(depth + i));
                    gradients.get(gradients.size() - 1).attach(scope);
                }
                tape.backward(product(outputs, gradients));
                for (int i = 0; i < taken.size(); i++) {
                    skips.put(depth - i, gradient(taken.get(i), parent));
                }
                return gradient(hidden, parent);
            }
        }
    }

    /** Returns the stack with leaves for its topmost {@code count}. */
    private static SkipStack leaves(
            SkipStack stack, int count, List<NDArray> leaves, NDManager manager) {
        if (count == 0) {
            return stack;
        }
        NDArray leaf = leaf(stack.top(), manager);
        leaves.add(leaf);
        return new SkipStack(leaf, leaves(stack.below(), count - 1, leaves, manager));
    }

    /**
     * Computes the sum of all outputs times gradients: its own gradient is the vector-Jacobian
     * product, in one way back through what the outputs share.
     */
    private static NDArray product(List<NDArray> outputs, List<NDArray> gradients) {
        String arguments =
                IntStream.range(0, outputs.size())
                        .mapToObj(i -> "y" + i + ", g" + i)
                        .collect(Collectors.joining(", "));
        String sum =
                IntStream.range(0, outputs.size())
                        .mapToObj(i -> "torch.sum(y" + i + " * g" + i + ")")
                        .collect(Collectors.joining(" + "));
        NDArray[] inputs = new NDArray[2 * outputs.size()];
        for (int i = 0; i < outputs.size(); i++) {
            inputs[2 * i] = outputs.get(i);
            inputs[2 * i + 1] = gradients.get(i);
        }
        return TorchScriptFunction.of("vector-Jacobian product", arguments, "return " + sum)
                .apply(inputs);
    }

    /** Takes the gradient of a leaf as it is now; the leaf begins anew. */
    private static NDArray taken(NDArray leaf, NDManager manager) {
        return GradientTape.withoutRecording(
                () -> {
                    try (NDArray gradient = leaf.getGradient()) {
                        NDArray copy = gradient.duplicate();
                        copy.attach(manager);
                        ZERO.applyLists(manager, List.of(List.of(gradient))).close();
                        return copy;
                    }
                });
    }

    private static NDArray gradient(NDArray leaf, NDManager manager) {
        NDArray gradient = leaf.getGradient();
        gradient.attach(manager);
        return gradient;
    }

    private static NDArray leaf(NDArray array, NDManager manager) {
        NDArray leaf = alias(array, manager);
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** Returns the array over the same memory; what is computed from it belongs to the manager. */
    private static NDArray alias(NDArray array, NDManager manager) {
        NDArray alias = array.reshape(array.getShape());
        alias.attach(manager);
        return alias;
    }
}
