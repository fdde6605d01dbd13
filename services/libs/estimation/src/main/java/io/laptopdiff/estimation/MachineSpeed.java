package io.laptopdiff.estimation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.common.Sha256;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.EndOfWork;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What this machine takes for the pieces of runs of one teacher, measured on weights of their
 * shapes when they are first asked for, and kept.
 */
final class MachineSpeed {

    private static final double NANOS = 1e9;
    private static final int SQUARE = 1024;
    private static final int REPEATS = 4;

    /** Parameters of what an update is timed on: more than processors cache. */
    private static final int UPDATED = 4;

    private static final long UPDATED_ELEMENTS = 1L << 22;

    /** What keeping an average moves of a parameter, over what an update does: 12 bytes, 36. */
    private static final double AVERAGING = 1.0 / 3;

    /**
     * The bytes per second of checkpoints in the page cache, as a first look at them puts them
     * there: 3.4 GB in 7.6 s.
     */
    private static final double LOADED_BYTES_PER_SECOND = 0.45e9;

    /** The bytes per second that a digest reads once more from the page cache. */
    private static final double READ_BYTES_PER_SECOND = 3e9;

    private static final int DIGESTED = 1 << 25;

    private static final int WRITTEN_AT_ONCE = 1 << 24;
    private static final int WRITES = 16;

    private static final TorchScriptFunction PRODUCT =
            TorchScriptFunction.of(
                    "product",
                    "x",
                    "y = x\nfor i in range("
                            + REPEATS
                            + "):\n  y = torch.matmul(y, x)\nreturn torch.sum(y)");
    private static final TorchScriptFunction TINY =
            TorchScriptFunction.of("tiny loss", "x", "return torch.sum(x) * 1e-07");

    private final TeacherParts teacher;
    private final Supplier<NDManager> managers;
    private final Path disk;
    private final Map<LayerTimes.Work, LayerTimes> layers = new EnumMap<>(LayerTimes.Work.class);
    private final Map<Student, LayerTimes> students = new HashMap<>();
    private double[] autoencoder;
    private double secondsOfMac;
    private double secondsOfUpdate;
    private double secondsOfByte;
    private double secondsOfADigestedByte;

    /**
     * @param managers on the device that will compute; each is closed after one measurement
     * @param disk a directory on the disk that results will be kept on
     */
    MachineSpeed(TeacherParts teacher, Supplier<NDManager> managers, Path disk) {
        this.teacher = teacher;
        this.managers = managers;
        this.disk = disk;
    }

    private record Student(LayerTimes.Work work, UNetConfig unet) {}

    /** Layers of a student's U-Net: the teacher's, and what only the student has. */
    LayerTimes layers(LayerTimes.Work work, UNetLayout student) {
        Student key = new Student(work, student.config());
        LayerTimes known = students.get(key);
        if (known == null) {
            LayerTimes ofTeacher = layers(work);
            try (NDManager manager = managers.get()) {
                known = ofTeacher.of(student, manager);
            }
            students.put(key, known);
        }
        return known;
    }

    /** Layers of the teacher's U-Net. */
    LayerTimes layers(LayerTimes.Work work) {
        return layers.computeIfAbsent(work, this::measured);
    }

    private LayerTimes measured(LayerTimes.Work work) {
        List<Integer> batches =
                work == LayerTimes.Work.TRAINING
                        ? List.of(1, 2)
                        : List.of(1, RemovalSweep.TOGETHER);
        try (NDManager manager = managers.get()) {
            return LayerTimes.measure(
                    teacher.unet(),
                    teacher.latent(),
                    teacher.latent(),
                    teacher.tokens(),
                    batches,
                    work,
                    manager);
        }
    }

    /** Returns the seconds that reading so many FLOAT32 weights takes. */
    static double loading(long parameters) {
        return TeacherParts.FLOAT32 * parameters / LOADED_BYTES_PER_SECOND;
    }

    /** Returns the seconds that the SHA-256 of files of so many bytes takes, reading included. */
    double digesting(long bytes) {
        if (secondsOfADigestedByte == 0) {
            secondsOfADigestedByte = second(MachineSpeed::digest) / DIGESTED;
        }
        return bytes * (secondsOfADigestedByte + 1 / READ_BYTES_PER_SECOND);
    }

    private static void digest() {
        Sha256.digest().digest(new byte[DIGESTED]);
    }

    /** Returns the seconds until so many bytes are on the disk for good. */
    double writing(long bytes) {
        if (secondsOfByte == 0) {
            secondsOfByte = secondsOfAWrittenByte();
        }
        return bytes * secondsOfByte;
    }

    private double secondsOfAWrittenByte() {
        try {
            Path file = Files.createTempFile(disk, ".part-speed-", null);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocateDirect(WRITTEN_AT_ONCE);
                long begin = System.nanoTime();
                for (int i = 0; i < WRITES; i++) {
                    channel.write(bytes.rewind());
                }
                channel.force(true);
                return (System.nanoTime() - begin) / NANOS / WRITES / WRITTEN_AT_ONCE;
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + disk, e);
        }
    }

    /**
     * Returns the seconds of an optimizer's update.
     *
     * @param averaged whether a moving average of the weights is kept
     */
    double update(long parameters, boolean averaged) {
        if (secondsOfUpdate == 0) {
            secondsOfUpdate = secondsOfAnUpdatedParameter();
        }
        return parameters * secondsOfUpdate * (averaged ? 1 + AVERAGING : 1);
    }

    private double secondsOfAnUpdatedParameter() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (NDManager scope = managers.get()) {
            for (int i = 0; i < UPDATED; i++) {
                arrays.put("weight." + i, scope.ones(new Shape(UPDATED_ELEMENTS)));
            }
            try (StateDict parameters = StateDict.of(arrays, scope);
                    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULT, scope)) {
                parameters.requireGradients();
                for (NDArray parameter : parameters.arrays()) {
                    try (GradientTape tape = GradientTape.record();
                            NDArray loss = TINY.apply(parameter)) {
                        tape.backward(loss);
                    }
                }
                return second(() -> optimizer.step(1e-5, 1), scope) / parameters.parameters();
            }
        }
    }

    /** Returns the seconds of a transformer over tokens: two operations a parameter and token. */
    double transformer(long parameters, int tokens) {
        if (secondsOfMac == 0) {
            try (NDManager scope = managers.get()) {
                NDArray x = scope.ones(new Shape(SQUARE, SQUARE));
                double macs = (double) SQUARE * SQUARE * SQUARE * REPEATS;
                secondsOfMac = second(() -> PRODUCT.apply(x).close(), scope) / macs;
            }
        }
        return (double) parameters * tokens * secondsOfMac;
    }

    /** Returns the seconds that the autoencoder takes to encode and to decode one image. */
    double[] autoencoder() {
        if (autoencoder == null) {
            autoencoder = measuredAutoencoder();
        }
        return autoencoder.clone();
    }

    private double[] measuredAutoencoder() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (NDManager scope = managers.get()) {
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
                    area * second(() -> vae.encode(image).mean().close(), scope),
                    area * second(() -> vae.decode(small).close(), scope)
                };
            }
        }
    }

    private static double second(Runnable work, NDManager device) {
        return second(
                () -> {
                    work.run();
                    EndOfWork.await(device);
                });
    }

    /** Returns the seconds of the second run: the first warms up. */
    private static double second(Runnable work) {
        work.run();
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / NANOS;
    }
}
