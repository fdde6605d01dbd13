package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import java.time.Instant;
import java.util.List;

/** How near the losses of random sets of units are to the sums of theirs. */
public record AdditivityAudited(
        String runId,
        Instant occurredAt,
        List<AdditivityPoint> points,
        List<AdditivityCorrelation> correlations)
        implements Event {
    public AdditivityAudited {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        points = Require.someOf("points", points);
        correlations = Require.list("correlations", correlations);
    }

    @Override
    public String topic() {
        return Topics.SCORES;
    }

    @Override
    public String id() {
        return runId + "/additivity";
    }
}
