package io.laptopdiff.messaging.jobs;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.time.Instant;

/** Turns what a job threw into the event that says so. */
final class Failures {
    private Failures() {}

    static StageFailed event(Message message, Stage stage, Throwable thrown) {
        JobFailedException failure = explain(message, thrown);
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

    private static JobFailedException explain(Message message, Throwable thrown) {
        if (thrown instanceof JobFailedException failure) {
            return failure;
        }
        if (thrown instanceof StageException stage) {
            return new JobFailedException(stage.what(), stage.where(), stage.howToFix(), stage);
        }
        if (thrown instanceof ArtifactException artifact) {
            return new JobFailedException(
                    artifact.what(), artifact.where(), artifact.howToFix(), artifact);
        }
        if (thrown instanceof InvalidMessageException invalid) {
            String field = invalid.field().isEmpty() ? "message" : "field " + invalid.field();
            return new JobFailedException(
                    invalid.getMessage(), field, "correct it and start a new run", invalid);
        }
        String what = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
        return new JobFailedException(
                thrown.getClass().getSimpleName() + what,
                message.id(),
                "the service's log has the whole stack trace; correct the cause and start a new"
                        + " run",
                thrown);
    }
}
