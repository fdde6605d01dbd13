package io.laptopdiff.contracts.status;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * How far a stage is.
 *
 * @param done pieces, such as slices, steps or images
 * @param total pieces
 * @param secondsLeft estimated; absent while unknown
 */
public record StageProgress(long done, long total, @MayBeAbsent Double secondsLeft) {
    public StageProgress {
        Require.atLeast("done", done, 0L);
        Require.atLeast("total", total, 1L);
        Require.that(done <= total, "done", done, "it must be at most 'total', which is " + total);
        if (secondsLeft != null) {
            Require.atLeast("secondsLeft", secondsLeft, 0.0);
        }
    }

    public boolean complete() {
        return done == total;
    }
}
