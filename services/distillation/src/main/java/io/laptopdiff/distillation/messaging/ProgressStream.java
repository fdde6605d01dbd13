package io.laptopdiff.distillation.messaging;

import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.VariantEvent;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lets every event of one training through but progress that follows the last one too closely: the
 * first step, the last, and one that tells the gradient's shares always pass.
 */
final class ProgressStream implements Consumer<VariantEvent> {
    private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

    private final Consumer<VariantEvent> target;
    private final LongSupplier nanoTime;
    private boolean begun;
    private long lastNanos;

    /**
     * @param nanoTime such as {@link System#nanoTime}
     */
    ProgressStream(Consumer<VariantEvent> target, LongSupplier nanoTime) {
        this.target = target;
        this.nanoTime = nanoTime;
    }

    @Override
    public void accept(VariantEvent event) {
        if (!(event instanceof DistillationProgressed progress)) {
            target.accept(event);
            return;
        }
        long now = nanoTime.getAsLong();
        boolean due = !begun || now - lastNanos >= INTERVAL_NANOS;
        if (due || progress.gradientShares() != null || progress.step() == progress.steps()) {
            begun = true;
            lastNanos = now;
            target.accept(event);
        }
    }
}
