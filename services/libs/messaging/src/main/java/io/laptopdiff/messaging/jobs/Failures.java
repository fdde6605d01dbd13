package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.VariantEvent;
import java.time.Instant;

/** Turns what a job threw into the event that says so. */
final class Failures {
    private Failures() {}

    /**
     * @param attempts that were made until it failed for good
     */
    static StageFailed event(Message message, Stage stage, Throwable thrown, int attempts) {
        StageException failure = StageException.of(thrown, stage, message.id());
        String variant = message instanceof VariantEvent event ? event.variant() : null;
        return new StageFailed(
                message.runId(),
                Instant.now(),
                variant,
                stage,
                failure.what() + (attempts > 1 ? ", tried " + attempts + " times" : ""),
                failure.where(),
                failure.howToFix());
    }
}
