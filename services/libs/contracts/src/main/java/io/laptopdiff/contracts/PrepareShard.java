package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Instant;

/**
 * Encode one shard of a run's training data, unless it is there.
 *
 * @param teacher location of the teacher's diffusers directory, whose encoders it takes
 * @param dataset location of the images
 * @param encoding name of what is asked for, which follows from the content of both; where they
 *     have changed since, nothing is done
 * @param shard from 0 to shards - 1
 * @param shards of the whole data set
 */
public record PrepareShard(
        String runId,
        Instant occurredAt,
        String teacher,
        String dataset,
        String encoding,
        int shard,
        int shards)
        implements Command {
    public PrepareShard {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.text("teacher", teacher);
        Require.text("dataset", dataset);
        Require.name("encoding", encoding);
        Shards.require(shard, shards);
    }

    @Override
    public String taskId() {
        return Shards.taskId(runId, shard);
    }

    @Override
    public String topic() {
        return Topics.PREPARATION_TASKS;
    }

    @Override
    public String id() {
        return taskId() + "/asked";
    }
}
