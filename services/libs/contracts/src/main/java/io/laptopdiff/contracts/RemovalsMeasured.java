package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.Moments;
import java.time.Instant;
import java.util.List;

/**
 * The joint output loss of sets of units on one slice of the calibration set.
 *
 * @param purpose as it was asked
 * @param slice from 0 to slices - 1
 * @param slices that the set was cut into
 * @param sets as they were asked
 * @param losses of each set, over the samples of the slice
 * @param seconds that it took
 */
public record RemovalsMeasured(
        String runId,
        Instant occurredAt,
        String purpose,
        int slice,
        int slices,
        List<List<String>> sets,
        List<Moments> losses,
        double seconds)
        implements Event {
    public RemovalsMeasured {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.name("purpose", purpose);
        Slice.require(slice, slices);
        sets = Slice.requireSets(sets);
        losses = Require.someOf("losses", losses);
        Require.that(
                losses.size() == sets.size(),
                "losses",
                losses.size() + " elements",
                "there must be one for each of the " + sets.size() + " sets");
        Require.atLeast("seconds", seconds, 0.0);
    }

    @Override
    public String topic() {
        return Topics.SCORES;
    }

    @Override
    public String id() {
        return Slice.taskId(runId, purpose, slice) + "/measured";
    }
}
