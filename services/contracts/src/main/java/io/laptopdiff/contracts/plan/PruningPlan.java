package io.laptopdiff.contracts.plan;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.List;

/**
 * What is removed, and what that costs and frees. Counts are of the U-Net's parameters.
 *
 * @param removedUnits diffusers module paths in execution order; empty for a handcrafted plan that
 *     single units cannot express
 * @param handcrafted name of a handcrafted U-Net; absent for a plan made for a ratio
 * @param requestedRatio absent for a handcrafted plan
 * @param achievedRatio removedParameters / teacherParameters
 * @param removedParameters teacher's less student's
 * @param teacherParameters before
 * @param studentParameters after
 * @param predictedLoss sum of the removed units' output losses; absent where nobody scored them
 */
public record PruningPlan(
        List<String> removedUnits,
        @MayBeAbsent String handcrafted,
        @MayBeAbsent Double requestedRatio,
        double achievedRatio,
        long removedParameters,
        long teacherParameters,
        long studentParameters,
        @MayBeAbsent Double predictedLoss) {
    public PruningPlan {
        removedUnits = Require.list("removedUnits", removedUnits);
        removedUnits.forEach(unit -> Require.text("removedUnits", unit));
        Require.that(
                removedUnits.stream().distinct().count() == removedUnits.size(),
                "removedUnits",
                removedUnits,
                "each unit can be removed once");
        Require.that(
                (handcrafted == null) != (requestedRatio == null),
                "requestedRatio",
                requestedRatio == null ? "absent" : requestedRatio,
                "a plan has exactly one of 'requestedRatio' and 'handcrafted'");
        if (requestedRatio != null) {
            Require.fraction("requestedRatio", requestedRatio);
            Require.someOf("removedUnits", removedUnits);
        } else {
            Require.text("handcrafted", handcrafted);
        }
        Require.fraction("achievedRatio", achievedRatio);
        Require.atLeast("removedParameters", removedParameters, 1L);
        Require.atLeast("studentParameters", studentParameters, 1L);
        Require.that(
                removedParameters + studentParameters == teacherParameters,
                "teacherParameters",
                teacherParameters,
                "it must be removedParameters + studentParameters, which is "
                        + (removedParameters + studentParameters));
        if (predictedLoss != null) {
            Require.finite("predictedLoss", predictedLoss);
        }
    }
}
