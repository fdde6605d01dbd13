package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A forward pass that stands before some layer. Removing a unit changes nothing before it, so
 * scoring runs the shared prefix once and continues it with each unit removed in turn.
 */
public final class UNetPass {

    private final LayerRunner runner;
    private final Map<String, NDArray> features = new LinkedHashMap<>();
    private final Set<NDArray> own = Collections.newSetFromMap(new IdentityHashMap<>());
    private UNetState state;
    private int next;

    UNetPass(LayerRunner runner, NDArray sample) {
        this.runner = runner;
        this.state = new UNetState(sample, null, null);
    }

    /**
     * Runs, unmodified, every layer before the first that the removal of {@code unit} touches; what
     * it makes belongs to the sample's manager. A pass only goes forward.
     *
     * @throws IllegalArgumentException if the pass is already beyond the unit, or there is none of
     *     that path
     */
    public void advanceTo(String unit) {
        advanceTo(Set.of(unit));
    }

    /**
     * Runs, unmodified, every layer before the first that the removal of all these units together
     * touches.
     *
     * @throws IllegalArgumentException as {@link #advanceTo(String)}, and if there are no units
     */
    public void advanceTo(Set<String> units) {
        int target = firstTouchedBy(units);
        if (target < next) {
            throw new IllegalArgumentException("The pass is already beyond " + units);
        }
        advanceTo(target);
    }

    /** Runs, unmodified, every layer before a place; none where the pass is there or beyond it. */
    void advanceTo(int target) {
        while (next < target) {
            step(runner.layout().config().removedUnits());
        }
    }

    /**
     * Runs the rest from here without changing this pass.
     *
     * @param removedUnits units left out from here on
     * @param owner the manager of everything that the rest makes
     * @return the output, with the features of the stages that end from here on
     */
    public UNetOutput continueWithout(Set<String> removedUnits, NDManager owner) {
        UNetPass rest = new UNetPass(runner, state.hidden());
        rest.state = state;
        rest.next = next;
        return rest.finish(removedUnits, owner);
    }

    UNetOutput finish(Set<String> removedUnits, NDManager owner) {
        Set<String> removed = new LinkedHashSet<>(runner.layout().config().removedUnits());
        removed.addAll(removedUnits);
        NDArray hidden = state.hidden();
        if (hidden.getManager() != owner) {
            NDArray alias =
                    hidden.reshape(
                            hidden.getShape()); // the same memory; only the owner of what follows
            // differs
            alias.attach(owner);
            own.add(alias);
            state = state.withHidden(alias);
        }
        while (next < runner.layout().layers().size()) {
            step(removed);
        }
        return new UNetOutput(state.hidden(), features);
    }

    LayerRunner runner() {
        return runner;
    }

    UNetState state() {
        return state;
    }

    /** Returns the place of the next layer. */
    int next() {
        return next;
    }

    /** Returns the manager that owns what this pass makes. */
    NDManager owner() {
        return state.hidden().getManager();
    }

    /** Goes on from a later state, which was computed elsewhere; features before it are lost. */
    void resume(int place, UNetState later) {
        next = place;
        if (later.residual() != null) {
            own.add(later.residual());
        }
        for (UNetState.SkipStack s = later.skips(); s != null; s = s.below()) {
            own.add(s.top());
        }
        go(later);
    }

    private void step(Set<String> removed) {
        Layer layer = runner.layout().layers().get(next++);
        go(runner.apply(layer, state, removed));
        if (layer instanceof Layer.StageEnd) {
            features.put(layer.path(), state.hidden());
        }
    }

    /**
     * Takes up the next state. What this pass has made and nobody looks at any more goes at once:
     * left to their manager, the activations of all layers would be there together. What a recorded
     * gradient needs, PyTorch itself holds on to.
     */
    private void go(UNetState later) {
        if (later.hidden() != state.hidden()) {
            own.add(later.hidden()); // never the sample, nor what passes share
        }
        state = later;
        Set<NDArray> live = Collections.newSetFromMap(new IdentityHashMap<>());
        live.add(later.hidden());
        live.add(later.residual());
        live.addAll(features.values());
        for (UNetState.SkipStack s = later.skips(); s != null; s = s.below()) {
            live.add(s.top());
        }
        for (NDArray array : own.toArray(NDArray[]::new)) {
            if (!live.contains(array)) {
                own.remove(array);
                array.close();
            }
        }
    }

    /**
     * The place of the first layer that the removal of these units touches; passes that go forward
     * take sets in this order. It is a unit's own layer, or the entry of a transformer that goes
     * with them.
     *
     * @throws IllegalArgumentException if a path is of no unit, or there are none
     */
    public int firstTouchedBy(Set<String> units) {
        return FirstTouched.place(runner.layout(), units);
    }
}
