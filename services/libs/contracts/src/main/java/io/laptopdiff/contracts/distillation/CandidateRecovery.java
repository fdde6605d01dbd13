package io.laptopdiff.contracts.distillation;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;

/**
 * What a short distillation made of one candidate plan.
 *
 * @param steps optimizer steps it got
 * @param outputLoss mean squared difference of student's and teacher's output afterwards, on draws
 *     that no step trains on; absent if it diverged
 * @param taken whether this one was trained on; one of the candidates is
 */
public record CandidateRecovery(int steps, @MayBeAbsent Double outputLoss, boolean taken) {
    public CandidateRecovery {
        Require.atLeast("steps", steps, 1);
        if (outputLoss != null) {
            Require.atLeast("outputLoss", outputLoss, 0.0);
        }
    }
}
