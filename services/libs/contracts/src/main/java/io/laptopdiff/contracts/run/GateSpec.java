package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Require;

/**
 * What a student must not lose.
 *
 * @param score a name of {@link EvaluationSpec#scoreNames()}
 * @param maximumDeclinePercent (teacher - student) / teacher * 100 above it fails the variant
 */
public record GateSpec(String score, double maximumDeclinePercent) {
    public GateSpec {
        Require.name("score", score);
        Require.finite("maximumDeclinePercent", maximumDeclinePercent);
    }
}
