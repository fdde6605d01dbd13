package io.laptopdiff.contracts.plan;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.Criterion;
import java.util.List;
import java.util.Set;

/**
 * What is removed, and what that costs and frees. Counts are of the U-Net's parameters.
 *
 * @param removedUnits diffusers module paths in execution order; empty for a handcrafted plan that
 *     single units cannot express
 * @param handcrafted name of a handcrafted U-Net; absent for a plan made for a ratio
 * @param requestedRatio of parameters; absent for a handcrafted plan and where only other budgets
 *     were asked for
 * @param achievedRatio removedParameters / teacherParameters
 * @param removedParameters teacher's less student's
 * @param teacherParameters before
 * @param studentParameters after
 * @param predictedLoss sum of the removed units' scores; absent where nobody scored them
 * @param criterion that the scores are of; absent for a handcrafted plan
 * @param search how it was found: "one-shot", "verified" or "iterative"; absent for a handcrafted
 *     plan
 * @param measuredLoss joint output loss of the removed units; absent where nobody measured it
 * @param measuredLossError its standard error
 */
public record PruningPlan(
        List<String> removedUnits,
        @MayBeAbsent String handcrafted,
        @MayBeAbsent Double requestedRatio,
        double achievedRatio,
        long removedParameters,
        long teacherParameters,
        long studentParameters,
        @MayBeAbsent Double predictedLoss,
        @MayBeAbsent Criterion criterion,
        @MayBeAbsent String search,
        @MayBeAbsent Double measuredLoss,
        @MayBeAbsent Double measuredLossError) {
    /** The words that {@link #search} may say. */
    public static final Set<String> SEARCHES = Set.of("one-shot", "verified", "iterative");

    public PruningPlan {
        removedUnits = Require.list("removedUnits", removedUnits);
        removedUnits.forEach(unit -> Require.text("removedUnits", unit));
        Require.that(
                removedUnits.stream().distinct().count() == removedUnits.size(),
                "removedUnits",
                removedUnits,
                "each unit can be removed once");
        Require.that(
                handcrafted == null || requestedRatio == null,
                "requestedRatio",
                requestedRatio,
                "a handcrafted plan has none");
        if (requestedRatio != null) {
            Require.fraction("requestedRatio", requestedRatio);
        }
        if (handcrafted == null) {
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
        if (search != null) {
            Require.oneOf("search", search, SEARCHES);
        }
        if (measuredLoss != null) {
            Require.atLeast("measuredLoss", measuredLoss, 0.0);
        }
        if (measuredLossError != null) {
            Require.atLeast("measuredLossError", measuredLossError, 0.0);
        }
    }

    /** Makes a plan without a word on how it was found. */
    public PruningPlan(
            List<String> removedUnits,
            String handcrafted,
            Double requestedRatio,
            double achievedRatio,
            long removedParameters,
            long teacherParameters,
            long studentParameters,
            Double predictedLoss) {
        this(
                removedUnits,
                handcrafted,
                requestedRatio,
                achievedRatio,
                removedParameters,
                teacherParameters,
                studentParameters,
                predictedLoss,
                null,
                null,
                null,
                null);
    }
}
