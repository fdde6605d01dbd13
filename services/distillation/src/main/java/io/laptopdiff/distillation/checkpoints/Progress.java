package io.laptopdiff.distillation.checkpoints;

import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * How far a training got.
 *
 * @param step optimizer steps done
 * @param epoch of the worker that did the last of them
 * @param job fingerprint of what is trained and how; see {@link Checkpoints}
 * @param seconds spent on training, over all epochs that got this far
 * @param initialLosses of the first batch
 * @param lastLosses of the last batch
 * @param cursor of the data; absent in checkpoints of older versions, whose samples follow from
 *     {@code step} alone
 */
public record Progress(
        int step,
        long epoch,
        String job,
        double seconds,
        Losses initialLosses,
        Losses lastLosses,
        @MayBeAbsent DataCursor cursor) {
    public Progress {
        Require.atLeast("step", step, 1);
        Require.atLeast("epoch", epoch, 1L);
        Require.text("job", job);
        Require.atLeast("seconds", seconds, 0.0);
        Require.present("initialLosses", initialLosses);
        Require.present("lastLosses", lastLosses);
    }
}
