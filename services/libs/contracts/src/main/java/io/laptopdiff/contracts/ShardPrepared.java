package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * A shard of a run's training data is encoded, by this worker or by an earlier one.
 *
 * @param encoding name of the encoded data set
 * @param shard from 0 to shards - 1
 * @param shards of the whole data set
 * @param seconds that it took this worker; next to nothing where the shard was there
 */
public record ShardPrepared(
        String runId, Instant occurredAt, String encoding, int shard, int shards, double seconds)
        implements Event {
    public ShardPrepared {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.name("encoding", encoding);
        Shards.require(shard, shards);
        Require.atLeast("seconds", seconds, 0.0);
    }

    @Override
    public String topic() {
        return Topics.PREPARATION;
    }

    @Override
    public String id() {
        return Shards.taskId(runId, shard) + "/prepared";
    }
}
