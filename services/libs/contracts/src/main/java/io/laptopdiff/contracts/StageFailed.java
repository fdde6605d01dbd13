package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * A stage cannot be done, and trying again would not help.
 *
 * @param variant absent: the whole run fails
 * @param what went wrong
 * @param where file, tensor, field or option
 * @param howToFix the way out
 */
public record StageFailed(
        String runId,
        Instant occurredAt,
        @MayBeAbsent String variant,
        Stage stage,
        String what,
        String where,
        String howToFix)
        implements Event {
    public StageFailed {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        if (variant != null) {
            Require.name("variant", variant);
        }
        Require.present("stage", stage);
        Require.text("what", what);
        Require.text("where", where);
        Require.text("howToFix", howToFix);
    }

    @Override
    public String topic() {
        return Topics.FAILURES;
    }

    @Override
    public String id() {
        String of = variant == null ? runId : VariantEvent.variantId(runId, variant);
        return of + "/" + stage.text() + "/failed";
    }
}
