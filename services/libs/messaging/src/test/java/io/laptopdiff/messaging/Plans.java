package io.laptopdiff.messaging;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import java.time.Instant;
import java.util.List;

/** Messages for the tests. */
public final class Plans {
    private static final RunSpec SPEC =
            Json.read(
                    """
                    {"teacher": "/m", "calibration": {"dataset": "/d"},
                     "variants": [{"name": "half", "ratio": 0.5}],
                     "distillation": {"dataset": "/d"},
                     "evaluation": {"scorer": "/c", "dataset": "/h"}}
                    """,
                    RunSpec.class);
    private static final PruningPlan PLAN =
            new PruningPlan(List.of("mid_block.resnets.0"), null, 0.5, 0.5, 50, 100, 50, 0.1);

    private Plans() {}

    public static PlanCreated of(String runId) {
        return new PlanCreated(runId, Instant.now(), "half", SPEC, PLAN);
    }
}
