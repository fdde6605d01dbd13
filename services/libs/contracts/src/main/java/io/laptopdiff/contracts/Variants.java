package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import java.time.Instant;

/** What the messages about one variant have in common. */
final class Variants {
    private Variants() {}

    static void require(String runId, Instant occurredAt, String variant) {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.name("variant", variant);
    }

    static void require(String runId, Instant occurredAt, String variant, RunSpec spec) {
        require(runId, occurredAt, variant);
        Require.present("spec", spec);
        Require.oneOf("variant", variant, spec.variants().stream().map(VariantSpec::name).toList());
    }

    static void requireStep(int step, int steps) {
        Require.atLeast("steps", steps, 1);
        Require.that(
                step >= 0 && step <= steps,
                "step",
                step,
                "it must be from 0 to 'steps', which is " + steps);
    }
}
