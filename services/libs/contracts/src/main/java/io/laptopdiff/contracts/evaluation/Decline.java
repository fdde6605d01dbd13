package io.laptopdiff.contracts.evaluation;

import io.laptopdiff.contracts.json.Require;

/**
 * What the student lost of the teacher's score.
 *
 * @param percent (teacher - student) / teacher * 100
 * @param low lower end of its 95 % interval, prompts and seeds paired
 * @param high upper end of its 95 % interval
 */
public record Decline(double percent, double low, double high) {
    public Decline {
        Require.finite("percent", percent);
        Require.finite("low", low);
        Require.finite("high", high);
    }
}
