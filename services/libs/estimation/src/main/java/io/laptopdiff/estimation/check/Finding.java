package io.laptopdiff.estimation.check;

import io.laptopdiff.contracts.StageException;

/**
 * One thing that would make a run fail.
 *
 * @param field of the request that leads to it, such as {@code evaluation.scorers[1].location}
 * @param cause what it is, where it lies and how to fix it
 */
public record Finding(String field, StageException cause) {

    /** Returns everything in one sentence for people. */
    public String text() {
        return field + ": " + cause.what() + " (" + cause.where() + "); " + cause.howToFix();
    }
}
