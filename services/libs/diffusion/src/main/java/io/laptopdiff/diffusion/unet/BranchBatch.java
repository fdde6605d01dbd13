package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.unet.RemovalSweep.Branch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A batch of passes that part from a common trunk one after the other and then go on together, as
 * the rows of one batch. Where the last parts, the trunk leaves the batch for the pass that it came
 * from.
 */
final class BranchBatch {

    private static final Branch TRUNK = new Branch(Branch.TRUNK, Set.of(), Integer.MAX_VALUE);

    /** The number of positions of a latent from which branches are computed one by one. */
    static final int ALONE = 32 * 32;

    private final UNetPass whole;
    private final LayerRunner runner;
    private final Set<String> base;
    private final Deque<Branch> toPart;
    private final NDManager owner;
    private final Runnable betweenLayers;
    private final Map<Integer, LayerRunner> runners = new HashMap<>();
    private final Deque<Rows> skips = new ArrayDeque<>();
    private final List<Rows> parked = new ArrayList<>();
    private Rows hidden; // null while all branches are parked
    private Rows residual; // null outside of transformers
    private boolean trunkGone;
    private int next;

    /**
     * @param whole the trunk's pass, before the first branch's first layer; goes on from where the
     *     last branch has parted
     * @param group in the order in which they part
     * @param owner of everything made here; closed by the caller
     */
    BranchBatch(UNetPass whole, List<Branch> group, NDManager owner, Runnable betweenLayers) {
        this.whole = whole;
        this.runner = whole.runner();
        this.base = new LinkedHashSet<>(runner.layout().config().removedUnits());
        this.toPart = new ArrayDeque<>(group);
        this.owner = owner;
        this.betweenLayers = betweenLayers;
        this.next = whole.next();
        UNetState state = whole.state();
        this.hidden = ofTrunk(state.hidden());
        this.residual = state.residual() == null ? null : ofTrunk(state.residual());
        Deque<Rows> fromTop = new ArrayDeque<>();
        for (UNetState.SkipStack s = state.skips(); s != null; s = s.below()) {
            fromTop.push(ofTrunk(s.top()));
        }
        fromTop.forEach(skips::push);
    }

    private Rows ofTrunk(NDArray array) {
        return new Rows(Rows.alias(array, owner), List.of(TRUNK));
    }

    /**
     * @param results owner of the outputs
     * @param without receives each branch's output (B, C, h, w) at its set's place
     */
    void run(NDManager results, NDArray[] without) {
        List<Layer> layers = runner.layout().layers();
        while (next < layers.size()) {
            betweenLayers.run();
            List<Branch> parting = parting();
            if (toPart.isEmpty() && !trunkGone) {
                releaseTrunk();
            }
            step(layers.get(next), parting);
            next++;
        }
        for (Branch branch : hidden.order()) {
            NDArray output = hidden.of(List.of(branch)).array();
            NDArray kept = output == hidden.array() ? output.duplicate() : output;
            kept.attach(results);
            without[branch.set()] = kept;
        }
    }

    private List<Branch> parting() {
        List<Branch> parting = new ArrayList<>();
        while (!toPart.isEmpty() && toPart.peek().first() == next) {
            parting.add(toPart.poll());
        }
        return parting;
    }

    private void step(Layer layer, List<Branch> parting) {
        if (layer instanceof Layer.PushSkip) {
            skips.push(hidden);
        } else if (layer instanceof Layer.Resnet resnet) {
            resnet(resnet, parting);
        } else if (layer instanceof Layer.StageEnd || runner.layout().isGone(layer, base)) {
            return;
        } else if (layer instanceof Layer.TransformerEntry) {
            enter(layer, parting);
        } else if (layer instanceof Layer.TransformerBlock) {
            block(layer, parting);
        } else if (layer instanceof Layer.TransformerExit) {
            exit(layer);
        } else {
            NDArray top = skips.isEmpty() ? null : skips.peek().array();
            replace(new Rows(apply(layer, hidden, top, null, Set.of()), hidden.order()));
        }
    }

    private void resnet(Layer.Resnet resnet, List<Branch> parting) {
        Rows skip = resnet.takesSkip() ? skips.pop() : null;
        List<Rows> parts = new ArrayList<>();
        List<Branch> with = which(resnet, false, List.of());
        if (!with.isEmpty()) {
            parts.add(resnet(resnet, with, skip, Set.of()));
        }
        List<Branch> without = which(resnet, true, parting);
        if (!without.isEmpty()) {
            parts.add(resnet(resnet, without, skip, Set.of(resnet.path())));
        }
        replace(joined(parts));
        if (skip != null) {
            close(skip);
        }
    }

    private Rows resnet(Layer.Resnet resnet, List<Branch> who, Rows skip, Set<String> removed) {
        Rows in = hidden.of(who);
        Rows from = skip == null ? null : skip.of(who);
        NDArray top = from == null ? null : from.array();
        NDArray out = apply(resnet, in, top, null, removed);
        if (from != skip) {
            close(from);
        }
        if (in.array() != out) {
            close(in);
        }
        return new Rows(out == hidden.array() ? Rows.alias(out, owner) : out, who);
    }

    private void enter(Layer entry, List<Branch> parting) {
        List<Branch> around = which(entry, true, parting);
        if (!around.isEmpty()) {
            Rows waiting = hidden.of(around);
            parked.add(
                    waiting == hidden
                            ? new Rows(Rows.alias(hidden.array(), owner), around)
                            : waiting);
        }
        List<Branch> through = which(entry, false, List.of());
        if (through.isEmpty()) {
            replace(null);
            return;
        }
        residual = hidden.of(through);
        Rows image = hidden;
        hidden = new Rows(apply(entry, residual, null, null, Set.of()), through);
        close(image);
    }

    private void block(Layer block, List<Branch> parting) {
        if (hidden == null) {
            return;
        }
        List<Branch> without = which(block, true, parting);
        List<Rows> parts = new ArrayList<>();
        List<Branch> with = which(block, false, List.of());
        if (!with.isEmpty()) {
            Rows in = hidden.of(with);
            parts.add(new Rows(apply(block, in, null, null, Set.of()), with));
            close(in);
        }
        if (!without.isEmpty()) {
            Rows past = hidden.of(without);
            parts.add(past == hidden ? new Rows(Rows.alias(past.array(), owner), without) : past);
        }
        replace(joined(parts));
    }

    private void exit(Layer exit) {
        List<Rows> parts = new ArrayList<>();
        if (hidden != null) {
            Rows image = residual.of(hidden.order());
            parts.add(new Rows(apply(exit, hidden, null, image.array(), Set.of()), hidden.order()));
            Rows before = residual;
            residual = null;
            close(image);
            close(before);
        }
        parts.addAll(parked);
        parked.clear();
        replace(joined(parts));
    }

    /**
     * Finds the branches in the batch that have this layer, or lack it.
     *
     * @param parting those that part here, which lack it
     */
    private List<Branch> which(Layer layer, boolean lacking, List<Branch> parting) {
        List<Branch> found = new ArrayList<>();
        for (Branch branch : hidden.order()) {
            if (branch.isTrunk() && trunkGone) {
                continue;
            }
            boolean lacks =
                    layer instanceof Layer.Resnet
                            ? base.contains(layer.path()) || branch.removed().contains(layer.path())
                            : runner.layout().isGone(layer, branch.removed());
            if (lacks == lacking) {
                found.add(branch);
            }
        }
        found.addAll(parting);
        return found;
    }

    /**
     * Applies a layer to all rows. Large images gain nothing from company: together they leave the
     * processor's caches, and a layer's inner arrays are as many times as large.
     */
    private NDArray apply(Layer layer, Rows in, NDArray top, NDArray image, Set<String> removed) {
        int branches = in.order().size();
        if (branches == 1 || !removed.isEmpty() || positions(in.array()) < ALONE) {
            return together(branches, layer, in.array(), top, image, removed);
        }
        NDList outputs = new NDList();
        for (int i = 0; i < branches; i++) {
            try (NDArray x = block(in.array(), i, branches);
                    NDArray skip = top == null ? null : block(top, i, branches);
                    NDArray residualBlock = image == null ? null : block(image, i, branches)) {
                outputs.add(together(1, layer, x, skip, residualBlock, removed));
            }
        }
        NDArray joined = NDArrays.concat(outputs, 0);
        joined.attach(owner);
        outputs.close();
        return joined;
    }

    /** Returns the number of positions, H times W, of (B, C, H, W) or of tokens (B, HW, C). */
    private static long positions(NDArray array) {
        Shape shape = array.getShape();
        return shape.dimension() == 4 ? shape.get(2) * shape.get(3) : shape.get(1);
    }

    /** Returns a branch's block of rows, in the same memory. */
    private static NDArray block(NDArray rows, int branch, int branches) {
        long size = rows.getShape().get(0) / branches;
        return rows.get(branch * size + ":" + (branch + 1) * size);
    }

    private NDArray together(
            int branches, Layer layer, NDArray x, NDArray top, NDArray image, Set<String> removed) {
        UNetState.SkipStack stack = top == null ? null : new UNetState.SkipStack(top, null);
        return runners.computeIfAbsent(branches, n -> runner.repeated(n, owner))
                .apply(layer, new UNetState(x, stack, image), removed)
                .hidden();
    }

    private Rows joined(List<Rows> parts) {
        Rows joined = Rows.joined(parts);
        if (parts.size() > 1) {
            parts.forEach(this::close);
        }
        return joined;
    }

    private void replace(Rows rows) {
        Rows before = hidden;
        hidden = rows;
        close(before);
    }

    /** Frees an activation that nobody needs any more. */
    private void close(Rows rows) {
        if (rows == null) {
            return;
        }
        Stream<Rows> live =
                Stream.of(Stream.of(hidden, residual), skips.stream(), parked.stream())
                        .flatMap(each -> each)
                        .filter(Objects::nonNull);
        if (live.noneMatch(each -> each.array() == rows.array())) {
            rows.array().close();
        }
    }

    /** Lets the trunk go on in its own pass, which alone is to give the whole output. */
    private void releaseTrunk() {
        trunkGone = true;
        if (whole.next() == next) {
            return;
        }
        NDManager keeper = whole.owner();
        UNetState.SkipStack stack = null;
        for (var each = skips.descendingIterator(); each.hasNext(); ) {
            stack = new UNetState.SkipStack(trunkOf(each.next(), keeper), stack);
        }
        NDArray image = residual == null ? null : trunkOf(residual, keeper);
        whole.resume(next, new UNetState(trunkOf(hidden, keeper), stack, image));
    }

    private static NDArray trunkOf(Rows rows, NDManager keeper) {
        NDArray block = rows.of(List.of(TRUNK)).array();
        NDArray kept = block == rows.array() ? block.duplicate() : block;
        kept.attach(keeper);
        return kept;
    }
}
