package io.laptopdiff.diffusion.torchscript;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;

/**
 * A tape that records, while it is open, what the calling thread computes, so that {@link
 * #backward} can accumulate gradients into the arrays that require them. DJL allows one at a time
 * in a process; outside a tape nothing is recorded.
 *
 * <p>While it is open, compute with {@link TorchScriptFunction}s and with arrays, not with Java
 * numbers: DJL puts the number of {@code array.mul(0.5)} into Java's direct memory, the way back
 * reads it there, and Java may have freed it. Nor may {@code set} or {@code copyTo} be used on a
 * gradient: they put the array itself there.
 */
public final class GradientTape implements AutoCloseable {

    /**
     * PyTorch's grad mode is per thread and on at first, which would keep every activation of an
     * inference alive; and so is the profiling executor.
     */
    private static final ThreadLocal<Boolean> THREAD_SETTLED =
            ThreadLocal.withInitial(
                    () -> {
                        Engine.getEngine("PyTorch");
                        JniUtils.setGradMode(false);
                        // Also per thread, and set by DJL in only one of its ways to call.
                        JniUtils.setGraphExecutorOptimize(TorchScriptFunction.optimizesGraphs());
                        return true;
                    });

    private final GradientCollector collector;
    private final Runnable end;

    private GradientTape(GradientCollector collector, Runnable end) {
        this.collector = collector;
        this.end = end;
    }

    /**
     * Starts recording on this thread.
     *
     * @throws IllegalStateException if another tape of this process is open
     */
    public static GradientTape record() {
        settleThread();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();
        return new GradientTape(collector, collector::close);
    }

    /**
     * Records on the calling thread too, for the part of the work that another device does. What
     * the threads record does not mix. Close it on the same thread, before this tape.
     */
    public GradientTape branch() {
        settleThread();
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        return new GradientTape(collector, () -> JniUtils.setGradMode(before));
    }

    /** Turns recording off for a thread that is new to PyTorch. */
    static void settleThread() {
        THREAD_SETTLED.get();
    }

    /**
     * Runs without recording, inside or outside a tape: a teacher's forward, or a constant of the
     * loss.
     */
    public static <T> T withoutRecording(Supplier<T> work) {
        return withRecording(false, work);
    }

    /**
     * Runs recording, but beside whatever tape of another thread is open; gradients come by {@link
     * #differentiate}.
     */
    public static <T> T recordingAlone(Supplier<T> work) {
        return withRecording(true, work);
    }

    private static <T> T withRecording(boolean on, Supplier<T> work) {
        settleThread();
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(on);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Adds the gradient of {@code loss} to every array that requires it and contributed to it.
     *
     * @param loss a scalar
     */
    public void backward(NDArray loss) {
        collector.backward(loss);
    }

    /**
     * Adds the gradient as {@link #backward} does, but what was recorded stays, for another way
     * back through it.
     *
     * @param loss a scalar
     */
    public void backwardKeepingGraph(NDArray loss) {
        try (NDArray one = loss.onesLike()) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, true, false);
        }
    }

    /**
     * Adds the gradient of the sum of {@code output * direction} to every array that requires it
     * and contributed to it.
     *
     * @param direction of the output's shape and type
     */
    public static void differentiate(NDArray output, NDArray direction) {
        JniUtils.backward((PtNDArray) output, (PtNDArray) direction, false, false);
    }

    @Override
    public void close() {
        end.run();
    }
}
