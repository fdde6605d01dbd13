package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.training.MirroredWeights;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.checkpoints.Trainee;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * One student in training on all devices at once: each has a teacher and a copy of the student, and
 * takes a part of every batch. The first device's student is the trainee itself, with the only
 * optimizer, so that a checkpoint is the same however many devices made it.
 */
final class Replicas implements AutoCloseable {

    private final List<Replica> all = new ArrayList<>();
    private final NDManager owner;
    private final MirroredWeights weights;
    private final ExecutorService others; // null where there are none

    /**
     * @param trainee on the first device; stays with its owner
     * @param batches that the teachers are asked about
     * @param guidance see {@link Teacher}; null for none
     */
    Replicas(Trainee trainee, Teachers teachers, Batches batches, Double guidance) {
        this.owner = teachers.manager(0).newSubManager();
        List<StateDict> mirrors = new ArrayList<>();
        try {
            for (int i = 0; i < teachers.devices(); i++) {
                NDManager manager = owner.newSubManager(teachers.manager(i).getDevice());
                UNet2DConditionModel student =
                        i == 0 ? trainee.student() : mirror(trainee.student(), manager);
                if (i > 0) {
                    mirrors.add(student.weights());
                }
                all.add(
                        new Replica(
                                new Teacher(teachers.on(i), batches, guidance), student, manager));
            }
            weights =
                    new MirroredWeights(
                            trainee.student().weights(), trainee.optimizer(), mirrors, owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
        others =
                all.size() == 1
                        ? null
                        : Executors.newFixedThreadPool(all.size() - 1, Replicas::thread);
    }

    private static UNet2DConditionModel mirror(UNet2DConditionModel student, NDManager manager) {
        StateDict copy = student.weights().copy(manager);
        copy.requireGradients();
        return new UNet2DConditionModel(student.layout(), copy);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "distillation device");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns how many devices there are. */
    int count() {
        return all.size();
    }

    Replica get(int device) {
        return all.get(device);
    }

    /**
     * Does a part of the work on each of the first {@code devices}, all at once, and returns when
     * all have ended, whatever became of them: nobody may free memory that a device still uses.
     *
     * @param work is given the device's number; that of device 0 is done on this thread
     * @throws RuntimeException of the first device that failed; those of others are attached
     */
    void together(int devices, IntConsumer work) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 1; i < devices; i++) {
            int device = i;
            running.add(others.submit(() -> work.accept(device)));
        }
        Throwable failure = null;
        try {
            work.accept(0);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (Future<?> each : running) {
            Throwable other = failure(each);
            if (failure == null) {
                failure = other;
            } else if (other != null) {
                failure.addSuppressed(other);
            }
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Waits for the end, however long; null if it was a good one. */
    private static Throwable failure(Future<?> running) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    running.get();
                    return null;
                } catch (ExecutionException e) {
                    return e.getCause();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An optimizer step with all devices' gradients; see {@link MirroredWeights#step}. */
    double update(double learningRate, double maxGradientNorm) {
        return weights.step(learningRate, maxGradientNorm);
    }

    /** Throws away what all devices have accumulated. */
    void zeroGradients() {
        weights.zeroGradients();
    }

    @Override
    public void close() {
        if (others != null) {
            others.shutdown();
        }
        weights.close();
        owner.close();
    }
}
