package io.laptopdiff.diffusion.unet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The bytes that U-Nets and their passes hold, told from a layout before anything is loaded.
 *
 * <p>Activations are counted as {@link LayerRunner} keeps them: the hidden state, the skip stack
 * and a transformer's input between layers, and inside of a layer what its TorchScript holds at its
 * fullest moment. Allocators take some more, see {@link #ALLOCATOR}.
 */
public final class PassMemory {

    /**
     * The ratio of live bytes at the fullest layer to those counted: 1.08 to 1.09 on SD-v1.5 at
     * 64x64 latents, eight removals together, in both precisions. What the C library keeps of freed
     * memory comes on top.
     */
    private static final double ALLOCATOR = 1.1;

    private static final long FLOAT32 = 4;
    private static final long BFLOAT16 = 2;

    private final UNetLayout layout;
    private final int height;
    private final int width;
    private final boolean bfloat16;

    /**
     * @param height of the latents
     * @param width of the latents
     * @param bfloat16 whether it is a {@link Bfloat16UNet}
     */
    public PassMemory(UNetLayout layout, int height, int width, boolean bfloat16) {
        this.layout = layout;
        this.height = height;
        this.width = width;
        this.bfloat16 = bfloat16;
    }

    /** Returns the bytes of the weights. */
    public long weights() {
        return layout.parameters() * (bfloat16 ? BFLOAT16 : FLOAT32);
    }

    /**
     * Returns the most bytes that one plain pass holds beside the weights.
     *
     * @param batch samples
     */
    public long pass(int batch) {
        return sweep(batch, 1, List.of());
    }

    /**
     * Returns the most bytes that a {@link RemovalSweep} holds beside the weights.
     *
     * @param batch samples
     * @param together sets that are run as one batch
     * @param sets of units
     */
    public long sweep(int batch, int together, Collection<Set<String>> sets) {
        List<Integer> first =
                sets.stream().map(units -> FirstTouched.place(layout, units)).sorted().toList();
        long outputs = (long) (sets.size() + 1) * height * width * layout.config().outChannels();
        long peak = new Walk(List.of(), 0).peak();
        for (int i = 0; i < first.size(); i += together) {
            List<Integer> group = first.subList(i, Math.min(first.size(), i + together));
            peak = Math.max(peak, new Walk(group, group.get(0)).peak());
        }
        return (long) (ALLOCATOR * batch * (peak + FLOAT32 * outputs));
    }

    /**
     * A walk of one batch of branches from a place on, or of one plain pass; elements and bytes are
     * per sample.
     */
    private final class Walk {

        private final Deque<Integer> toPart;
        private final int from;
        private final Deque<Long> skips = new ArrayDeque<>();
        private final List<Latent> sizes = new ArrayList<>();
        private Latent size = new Latent(height, width);
        private long hidden;
        private long residual;
        private int rows = 1;
        private long peak;

        Walk(List<Integer> group, int from) {
            this.toPart = new ArrayDeque<>(group);
            this.from = from;
            this.hidden = elements(layout.config().inChannels());
        }

        long peak() {
            boolean branches = !toPart.isEmpty();
            List<Layer> layers = layout.layers();
            for (int place = 0; place < layers.size(); place++) {
                while (!toPart.isEmpty() && toPart.peek() == place) {
                    toPart.poll();
                    rows++;
                }
                if (branches && toPart.isEmpty()) {
                    rows -= 1; // the trunk leaves the batch, and its state waits
                    branches = false;
                }
                step(layers.get(place), place >= from);
            }
            return peak;
        }

        private long elements(long channels) {
            return rows * channels * size.positions();
        }

        /** Returns the elements that are computed at once: see {@link BranchBatch#ALONE}. */
        private long part(long channels) {
            return (alone() ? 1 : rows) * channels * size.positions();
        }

        private boolean alone() {
            return rows > 1 && size.positions() >= BranchBatch.ALONE;
        }

        private void step(Layer layer, boolean counts) {
            long before = FLOAT32 * (hidden + residual + skips.stream().mapToLong(s -> s).sum());
            long inside = 0;
            boolean alone = alone();
            if (layer instanceof Layer.PushSkip) {
                skips.push(hidden);
                sizes.add(size);
                return;
            } else if (layer instanceof Layer.Resnet resnet) {
                inside = resnet(resnet);
            } else if (layer instanceof Layer.StageEnd) {
                return;
            } else if (layer instanceof Layer.TransformerEntry entry) {
                residual = hidden;
                inside = FLOAT32 * part(entry.channels()) + inner(3 * part(entry.channels()));
            } else if (layer instanceof Layer.TransformerBlock block) {
                inside = block(block);
            } else if (layer instanceof Layer.TransformerExit exit) {
                inside = 2 * FLOAT32 * part(exit.channels()) + inner(part(exit.channels()));
                residual = 0;
            } else if (layer instanceof Layer.Downsample down) {
                inside = convolution(down.channels(), down.channels());
                size = size.halved();
                hidden = elements(down.channels());
            } else if (layer instanceof Layer.Upsample up) {
                size = sizes.get(sizes.size() - 1);
                inside = inner(part(up.channels())) + convolution(up.channels(), up.channels());
                hidden = elements(up.channels());
            } else if (layer instanceof Layer.ConvIn in) {
                hidden = elements(in.out());
                inside = convolution(in.in(), in.out());
            } else if (layer instanceof Layer.ConvOut out) {
                inside = inner(2 * part(out.in())) + convolution(out.in(), out.out());
            }
            if (alone) {
                inside += 2 * FLOAT32 * hidden; // the branches' outputs, then joined
            }
            if (counts) {
                peak = Math.max(peak, before + inside);
            }
        }

        /** Returns the bytes of so many numbers inside of layers. */
        private long inner(long elements) {
            return elements * (bfloat16 ? BFLOAT16 : FLOAT32);
        }

        /**
         * Counts input and output in the library's own order, and the plain output; the plain input
         * is someone else's.
         */
        private long convolution(long in, long out) {
            long weights = bfloat16 ? 0 : FLOAT32 * 9 * in * out;
            return bfloat16
                    ? inner(part(out)) + FLOAT32 * part(out)
                    : inner(part(in) + 2 * part(out)) + weights;
        }

        private long resnet(Layer.Resnet resnet) {
            long taken = 0;
            if (resnet.takesSkip()) {
                skips.pop();
                sizes.remove(sizes.size() - 1);
                taken = FLOAT32 * part(resnet.in());
            }
            long copy = bfloat16 ? inner(part(resnet.in())) : 0;
            long inside =
                    taken
                            + copy
                            + inner(part(resnet.in()))
                            + Math.max(
                                    inner(part(resnet.in())),
                                    convolution(resnet.in(), resnet.out()));
            hidden = elements(resnet.out());
            return inside;
        }

        private long block(Layer.TransformerBlock block) {
            long state = part(block.channels());
            // norm, then the feed-forward's projection to 8C, its gate and their product of 4C each
            return inner(state + (8 + 4 + 4) * state) + (bfloat16 ? FLOAT32 * state : 0);
        }
    }

    private record Latent(int h, int w) {
        long positions() {
            return (long) h * w;
        }

        Latent halved() {
            return new Latent((h + 1) / 2, (w + 1) / 2);
        }
    }
}
