package io.laptopdiff.estimation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What this machine takes for the pieces of a run, measured on weights of their shapes. */
final class MachineSpeed {

    private static final double NANOS = 1e9;
    private static final int SQUARE = 1024;
    private static final int FLOP_PER_MAC = 2;
    private static final int REPEATS = 4;

    /** Elements of a long array: 128 MB. */
    private static final long LONG = 1L << 25;

    /** What {@code a += b} moves of an element. */
    private static final int MOVED = 12;

    /** Checkpoints in the page cache, as a first look at them puts them there. */
    private static final double LOADED_BYTES_PER_SECOND = 0.7e9;

    /** An update's share of the memory's bandwidth (docs/benchmarks/performance.md). */
    private static final double OPTIMIZER = 1.6;

    /** What an update reads and writes of a parameter. */
    private static final int UPDATED_BYTES = 36;

    private static final TorchScriptFunction PRODUCT =
            TorchScriptFunction.of(
                    "product",
                    "x",
                    "y = x\nfor i in range("
                            + REPEATS
                            + "):\n  y = torch.matmul(y, x)\nreturn torch.sum(y)");
    private static final TorchScriptFunction ADD =
            TorchScriptFunction.ofLists(
                    "add in place", "a, b", "torch._foreach_add_(a, b)\nreturn torch.zeros([1])");

    private final NDManager manager;
    private final TeacherParts teacher;

    MachineSpeed(TeacherParts teacher, NDManager manager) {
        this.teacher = teacher;
        this.manager = manager;
    }

    LayerTimes layers(UNetLayout layout, LayerTimes.Work work, int... batches) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (int batch : batches) {
            sizes.add(batch);
        }
        return LayerTimes.measure(
                layout, teacher.latent(), teacher.latent(), teacher.tokens(), sizes, work, manager);
    }

    /** Seconds that reading so many FLOAT32 weights takes. */
    static double loading(long parameters) {
        return TeacherParts.FLOAT32 * parameters / LOADED_BYTES_PER_SECOND;
    }

    /** Seconds of an optimizer's update. */
    double update(long parameters) {
        try (NDManager scope = manager.newSubManager()) {
            List<NDArray> a = List.of(scope.ones(new Shape(LONG)));
            List<NDArray> b = List.of(scope.ones(new Shape(LONG)));
            double seconds = second(() -> ADD.applyLists(scope, List.of(a, b)).close());
            return OPTIMIZER * parameters * UPDATED_BYTES * seconds / (MOVED * LONG);
        }
    }

    /** Seconds of a transformer over tokens: two operations a parameter and token. */
    double transformer(long parameters, int tokens) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.ones(new Shape(SQUARE, SQUARE));
            double seconds = second(() -> PRODUCT.apply(x).close());
            double macs = (double) SQUARE * SQUARE * SQUARE * REPEATS;
            return (double) parameters * tokens * seconds / macs;
        }
    }

    /** Seconds that the autoencoder takes to encode and to decode one image. */
    double[] autoencoder() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (NDManager scope = manager.newSubManager()) {
            AutoencoderKL.tensors(teacher.vae())
                    .forEach((name, shape) -> arrays.put(name, scope.full(shape, 0.01f)));
            try (AutoencoderKL vae = AutoencoderKL.of(teacher.vae(), StateDict.of(arrays, scope))) {
                int side = Math.max(teacher.vae().downsamplingFactor(), teacher.resolution() / 2);
                int latent = side / teacher.vae().downsamplingFactor();
                double area = Math.pow((double) teacher.resolution() / side, 2);
                NDArray image = scope.ones(new Shape(1, teacher.vae().inChannels(), side, side));
                NDArray small =
                        scope.ones(new Shape(1, teacher.vae().latentChannels(), latent, latent));
                return new double[] {
                    area * second(() -> vae.encode(image).mean().toFloatArray()),
                    area * second(() -> vae.decode(small).close())
                };
            }
        }
    }

    /** Of the second run: the first warms up. */
    private static double second(Runnable work) {
        work.run();
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / NANOS;
    }
}
