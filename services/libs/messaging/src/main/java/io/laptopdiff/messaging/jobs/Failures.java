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

    static StageFailed event(Message message, Stage stage, Throwable thrown) {
        StageException failure = StageException.of(thrown, stage, message.id());
        String variant = message instanceof VariantEvent event ? event.variant() : null;
        return new StageFailed(
                message.runId(),
                Instant.now(),
                variant,
                stage,
                failure.what(),
                failure.where(),
                failure.howToFix());
    }
}
