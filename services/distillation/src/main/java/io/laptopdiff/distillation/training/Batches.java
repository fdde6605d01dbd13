package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.distillation.dataset.EncodedCaption;
import io.laptopdiff.distillation.dataset.EncodedDataset;
import io.laptopdiff.distillation.dataset.EncodedSample;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.MinSnr;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Batches by their number, noised. B = batch, C = latent channels, h, w = latent size, T = tokens,
 * D = cross attention dim, P = width of the pooled embedding.
 */
final class Batches {

    /**
     * A batch that both U-Nets are given.
     *
     * @param noisy (B, C, h, w)
     * @param timesteps (B)
     * @param text (B, T, D)
     * @param added SDXL's conditions, null for other models
     * @param target (B, C, h, w), the true noise or velocity, and what each sample counts
     */
    record Batch(
            NDArray noisy,
            NDArray timesteps,
            NDArray text,
            AddedConditions added,
            DistillationLoss.Target target) {

        /**
         * Returns some of the batch's samples, on the device of a manager.
         *
         * @param from first sample
         * @param to one beyond the last
         * @param scope owns what is copied; where nothing has to be, this very batch is the answer
         */
        Batch rows(int from, int to, NDManager scope) {
            boolean all = from == 0 && to == noisy.getShape().get(0);
            if (all && scope.getDevice().equals(noisy.getDevice())) {
                return this;
            }
            Rows rows = new Rows(from, to, scope);
            return new Batch(
                    rows.of(noisy),
                    rows.of(timesteps),
                    rows.of(text),
                    added == null
                            ? null
                            : new AddedConditions(
                                    rows.of(added.textEmbeds()), rows.of(added.timeIds())),
                    new DistillationLoss.Target(
                            rows.of(target.noise()),
                            target.weights() == null ? null : rows.of(target.weights())));
        }
    }

    private record Rows(int from, int to, NDManager scope) {

        /** Cuts (B, ...) to (to - from, ...). */
        NDArray of(NDArray array) {
            NDArray rows = array.get(new NDIndex(from + ":" + to));
            NDArray there = rows.toDevice(scope.getDevice(), false);
            if (there != rows) {
                rows.close();
            }
            there.attach(scope);
            return there;
        }
    }

    private final EncodedDataset dataset;
    private final BatchDraws draws;
    private final NoiseScheduler scheduler;
    private final Double minSnrGamma;

    /**
     * @param minSnrGamma null: every sample counts the same
     */
    Batches(
            EncodedDataset dataset,
            BatchDraws draws,
            NoiseScheduler scheduler,
            Double minSnrGamma) {
        this.dataset = dataset;
        this.draws = draws;
        this.scheduler = scheduler;
        this.minSnrGamma = minSnrGamma;
    }

    /**
     * @param number counted from 0
     * @param scope owns the batch
     */
    Batch at(long number, NDManager scope) {
        return from(number * draws.batchSize(), scope);
    }

    /**
     * @param first its first sample, counted from 0
     * @param scope owns the batch
     */
    Batch from(long first, NDManager scope) {
        List<SampleDraw> samples = draws.from(first);
        NDList means = new NDList();
        NDList deviations = new NDList();
        NDList text = new NDList();
        NDList pooled = new NDList();
        for (SampleDraw draw : samples) {
            EncodedSample sample = dataset.read(draw.image(), scope);
            EncodedCaption caption = draw.captioned() ? sample.caption() : dataset.emptyCaption();
            means.add(sample.mean());
            deviations.add(sample.deviation());
            text.add(caption.text());
            if (caption.pooled() != null) {
                pooled.add(caption.pooled());
            }
        }
        NDArray mean = joined(means, scope);
        Gaussians gaussians = Gaussians.of(samples, mean.getShape());
        NDArray noise = scope.create(gaussians.noise, mean.getShape());
        NDArray latent =
                mean.add(
                        joined(deviations, scope)
                                .mul(scope.create(gaussians.latent, mean.getShape())));
        long[] timesteps = samples.stream().mapToLong(SampleDraw::timestep).toArray();
        return new Batch(
                scheduler.addNoise(latent, noise, timesteps),
                scope.create(timesteps),
                joined(text, scope),
                pooled.isEmpty() ? null : added(joined(pooled, scope)),
                new DistillationLoss.Target(
                        scheduler.target(latent, noise, timesteps), weights(timesteps, scope)));
    }

    private NDArray weights(long[] timesteps, NDManager scope) {
        return minSnrGamma == null
                ? null
                : scope.create(MinSnr.weights(scheduler, timesteps, minSnrGamma));
    }

    /**
     * Returns the same samples with every caption left out.
     *
     * @param scope owns the conditions
     */
    Batch withoutCaptions(Batch batch, NDManager scope) {
        int size = (int) batch.noisy().getShape().get(0);
        EncodedCaption empty = dataset.emptyCaption();
        return new Batch(
                batch.noisy(),
                batch.timesteps(),
                joined(new NDList(Collections.nCopies(size, empty.text())), scope),
                batch.added() == null
                        ? null
                        : added(
                                joined(
                                        new NDList(Collections.nCopies(size, empty.pooled())),
                                        scope)),
                batch.target());
    }

    /** Joins parts of (1, ...) each to (B, ...), on the device of the scope. */
    private static NDArray joined(NDList parts, NDManager scope) {
        NDArray joined = NDArrays.concat(parts, 0);
        NDArray there = joined.toDevice(scope.getDevice(), false);
        if (there != joined) {
            joined.close();
        }
        there.attach(scope);
        return there;
    }

    /**
     * Makes SDXL's conditions, by which it is told that the image has the size it was made for and
     * was not cropped (arXiv 2307.01952, section 2.2).
     */
    private AddedConditions added(NDArray pooled) {
        int batch = (int) pooled.getShape().get(0);
        float side = dataset.resolution();
        float[] ids = new float[batch * 6];
        for (int i = 0; i < batch; i++) {
            // original height and width, top and left of the crop, target height and width
            System.arraycopy(new float[] {side, side, 0, 0, side, side}, 0, ids, i * 6, 6);
        }
        return new AddedConditions(pooled, pooled.getManager().create(ids, new Shape(batch, 6)));
    }

    /**
     * Standard normal numbers of a batch, drawn on all cores: at full size there are half a million
     * of them.
     */
    private static final class Gaussians {

        private final float[] latent;
        private final float[] noise;

        private Gaussians(int elements) {
            latent = new float[elements];
            noise = new float[elements];
        }

        static Gaussians of(List<SampleDraw> samples, Shape shape) {
            int elements = Math.toIntExact(shape.size() / samples.size());
            Gaussians all = new Gaussians((int) shape.size());
            IntStream.range(0, samples.size())
                    .parallel()
                    .forEach(
                            i -> {
                                float[] own = samples.get(i).gaussians(elements);
                                System.arraycopy(own, 0, all.latent, i * elements, elements);
                                System.arraycopy(own, elements, all.noise, i * elements, elements);
                            });
            return all;
        }
    }
}
