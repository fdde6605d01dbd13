package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.pruningplanner.knapsack.Bonus;
import io.laptopdiff.pruningplanner.knapsack.Frontier;
import io.laptopdiff.pruningplanner.knapsack.InfeasibleRatioException;
import io.laptopdiff.pruningplanner.knapsack.Removal;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Plans any variant of one teacher whose units are scored; the knapsack is solved once for all. */
final class VariantPlanner {
    private static final double DIGITS = 1e4;

    private final UNetLayout teacher;
    private final Frontier frontier;

    /**
     * @param scores of every unit, over the whole calibration set
     * @throws PlanningException if they are of another U-Net, or a unit has no usable score
     */
    VariantPlanner(UNetLayout teacher, List<UnitScore> scores) {
        requireSameUnits(teacher.units(), scores);
        this.teacher = teacher;
        List<Bonus> bonuses =
                teacher.bonuses().stream()
                        .map(bonus -> new Bonus(bonus.blocks(), bonus.parameters()))
                        .toList();
        this.frontier = Frontier.of(scores.stream().map(VariantPlanner::scored).toList(), bonuses);
    }

    private static void requireSameUnits(List<Unit> units, List<UnitScore> scores) {
        List<String> expected =
                units.stream().map(u -> u.path() + " of " + u.parameters()).toList();
        List<String> actual = scores.stream().map(u -> u.unit() + " of " + u.parameters()).toList();
        if (!expected.equals(actual)) {
            throw new PlanningException(
                    "The scores are of another U-Net: they name the units "
                            + actual
                            + ", and the teacher has "
                            + expected,
                    "unet/config.json of the teacher",
                    "Leave a teacher as it is while a run goes on, and ask for a new run.");
        }
    }

    private static ScoredUnit scored(UnitScore score) {
        double loss =
                score.all()
                        .mean()
                        .orElseThrow(
                                () ->
                                        new PlanningException(
                                                "The unit was scored on no sample",
                                                score.unit(),
                                                "Ask for a new run with at least one sample."));
        try {
            return new ScoredUnit(score.unit(), score.parameters(), loss);
        } catch (IllegalArgumentException e) {
            throw new PlanningException(
                    e.getMessage(), score.unit(), "Mend that and ask for a new run.");
        }
    }

    /**
     * @throws PlanningException if the teacher cannot be cut that way
     */
    PruningPlan plan(VariantSpec variant) {
        return variant.ratio() == null
                ? handcrafted(variant.handcrafted())
                : ratio(variant.ratio());
    }

    private PruningPlan ratio(double ratio) {
        Removal removal;
        try {
            removal = frontier.forRatio(ratio, teacher.parameters());
        } catch (InfeasibleRatioException e) {
            double most = Math.floor(e.largestRatio() * DIGITS) / DIGITS;
            throw new PlanningException(
                    "Ratio " + ratio + " asks for more than can be removed",
                    "ratio",
                    String.format(Locale.ROOT, "Ask for at most %.4f.", most));
        }
        return plan(removal.units(), null, ratio, removal.parameters(), removal.loss());
    }

    private PruningPlan handcrafted(String name) {
        HandcraftedUNet unet =
                HandcraftedUNet.ofLabel(name)
                        .orElseThrow(
                                () ->
                                        new PlanningException(
                                                "'" + name + "' cannot be made yet",
                                                "handcrafted",
                                                "Ask for a ratio, or for one of "
                                                        + labels()
                                                        + "."));
        try {
            long student = unet.layout(teacher.config()).parameters();
            return plan(List.of(), name, null, teacher.parameters() - student, null);
        } catch (IllegalArgumentException e) {
            throw new PlanningException(
                    "The teacher cannot be cut to '" + name + "': " + e.getMessage(),
                    "handcrafted",
                    "Ask for a ratio, or give a teacher like Stable Diffusion 1.x or 2.x.");
        }
    }

    private static List<String> labels() {
        return Arrays.stream(HandcraftedUNet.values()).map(HandcraftedUNet::label).toList();
    }

    private PruningPlan plan(
            List<String> units, String handcrafted, Double ratio, long removed, Double loss) {
        long all = teacher.parameters();
        double achieved = (double) removed / all;
        return new PruningPlan(
                units, handcrafted, ratio, achieved, removed, all, all - removed, loss);
    }
}
