package io.laptopdiff.diffusion.device;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The right to compute on this process's device. Services that share a process (standalone) take
 * turns in the order they asked, so that they neither halve each other's speed and memory nor spoil
 * each other's measured latency; DJL also allows only one recording of gradients at a time.
 */
public final class DeviceLease implements AutoCloseable {

    private static final Semaphore DEVICE = new Semaphore(1, true);
    private static final long LOOK_UP_MILLIS = 200;

    private boolean held = true;

    private DeviceLease() {}

    /**
     * Waits for the device.
     *
     * @param giveUp asked a few times a second while waiting; true ends the wait
     * @return the lease to be closed, or empty if the wait was given up or the thread interrupted
     *     (its flag stays set)
     */
    public static Optional<DeviceLease> acquire(BooleanSupplier giveUp) {
        try {
            while (!DEVICE.tryAcquire(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
                if (giveUp.getAsBoolean()) {
                    return Optional.empty();
                }
            }
            return Optional.of(new DeviceLease());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        if (held) {
            held = false;
            DEVICE.release();
        }
    }
}
