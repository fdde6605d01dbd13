package io.laptopdiff.distillation.checkpoints;

import io.laptopdiff.contracts.json.Require;

/**
 * The place of a training in its data: the next sample is the one after the last that a step took.
 *
 * @param samples drawn so far
 * @param images that they are drawn from; each comes once before any comes twice
 */
public record DataCursor(long samples, int images) {
    public DataCursor {
        Require.atLeast("samples", samples, 0L);
        Require.atLeast("images", images, 1);
    }

    /** Returns the place after so many samples more. */
    public DataCursor plus(long more) {
        return new DataCursor(samples + more, images);
    }
}
