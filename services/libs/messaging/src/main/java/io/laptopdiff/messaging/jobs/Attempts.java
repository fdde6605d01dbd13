package io.laptopdiff.messaging.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Decides how often a job that a transient fault broke off is tried, and with what pauses. */
@ApplicationScoped
class Attempts {
    private static final int LONGER_EACH_TIME = 3;

    private final int most;
    private final Duration firstPause;

    /**
     * @param most attempts in all, at least 1
     * @param firstPause after the first attempt; each other is three times as long
     * @throws IllegalArgumentException if a number is not as it must be
     */
    Attempts(
            @ConfigProperty(name = "laptopdiff.jobs.attempts", defaultValue = "4") int most,
            @ConfigProperty(name = "laptopdiff.jobs.pause", defaultValue = "5s")
                    Duration firstPause) {
        if (most < 1) {
            throw new IllegalArgumentException(
                    "laptopdiff.jobs.attempts = " + most + ": it must be at least 1");
        }
        if (firstPause.isNegative()) {
            throw new IllegalArgumentException(
                    "laptopdiff.jobs.pause = " + firstPause + ": it must not be negative");
        }
        this.most = most;
        this.firstPause = firstPause;
    }

    /** How many were made when a job has failed for good. */
    int madeUntil(Throwable failure) {
        return TransientFaults.isTransient(failure) ? most : 1;
    }

    /** How many there are in all. */
    int most() {
        return most;
    }

    /**
     * The pause before the next attempt.
     *
     * @param attempt that has just failed, from 1
     * @return empty where trying again would not help, or was tried often enough
     */
    Optional<Duration> pauseAfter(int attempt, Throwable thrown) {
        if (attempt >= most || !TransientFaults.isTransient(thrown)) {
            return Optional.empty();
        }
        return Optional.of(firstPause.multipliedBy((long) Math.pow(LONGER_EACH_TIME, attempt - 1)));
    }
}
