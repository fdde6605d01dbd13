package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;

/** What the messages about shards of training data have in common. */
final class Shards {
    private Shards() {}

    static void require(int shard, int shards) {
        Require.atLeast("shards", shards, 1);
        Require.that(
                shard >= 0 && shard < shards,
                "shard",
                shard,
                "it must be from 0 to " + (shards - 1) + ", for there are " + shards);
    }

    static String taskId(String runId, int shard) {
        return runId + "/preparation/shard-" + shard;
    }
}
