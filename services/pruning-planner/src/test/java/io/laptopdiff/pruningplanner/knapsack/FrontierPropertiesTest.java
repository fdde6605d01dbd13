package io.laptopdiff.pruningplanner.knapsack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/** Holds the frontier against trying every set. */
class FrontierPropertiesTest {
    private static final int MOST_UNITS = 11;
    private static final String SEED = "20260301";

    /** Losses are multiples of 1/8, so that the oracle's sums are exact and ties are frequent. */
    @Property(tries = 400, seed = SEED)
    void shouldRemoveTheVerySameUnitsAsBruteForceWhenLossesTie(
            @ForAll("tying") Instance instance,
            @ForAll @DoubleRange(min = 0.01, max = 1) double ratio) {
        Removal expected = instance.bruteForce().cheapest(ratio, instance.teacherParameters());
        if (expected == null) {
            assertThatThrownBy(
                            () -> instance.frontier().forRatio(ratio, instance.teacherParameters()))
                    .isInstanceOf(InfeasibleRatioException.class);
        } else {
            assertThat(instance.frontier().forRatio(ratio, instance.teacherParameters()))
                    .isEqualTo(expected);
        }
    }

    @Property(tries = 200, seed = SEED)
    void shouldCostAsLittleAsBruteForceWhateverTheLosses(
            @ForAll("uneven") Instance instance,
            @ForAll @DoubleRange(min = 0.01, max = 1) double ratio) {
        Removal expected = instance.bruteForce().cheapest(ratio, instance.teacherParameters());
        if (expected != null) {
            Removal actual = instance.frontier().forRatio(ratio, instance.teacherParameters());
            assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-12 * expected.loss()));
            assertThat((double) actual.parameters())
                    .isGreaterThanOrEqualTo(ratio * instance.teacherParameters());
        }
    }

    @Property(tries = 100, seed = SEED)
    void shouldGiveThePlanAgainForTheRatioThatItAchieved(
            @ForAll("uneven") Instance instance,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
        Frontier frontier = instance.frontier();
        List<Removal> all = frontier.removals().skip(1).toList();
        Removal plan = all.get((int) (share * all.size()));
        double achieved = (double) plan.parameters() / instance.teacherParameters();
        assertThat(frontier.forRatio(achieved, instance.teacherParameters())).isEqualTo(plan);
    }

    @Provide
    Arbitrary<Instance> tying() {
        return instances(Arbitraries.integers().between(0, 12).map(eighths -> eighths / 8.0));
    }

    @Provide
    Arbitrary<Instance> uneven() {
        return instances(
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(0.0)),
                        net.jqwik.api.Tuple.of(
                                9,
                                Arbitraries.doubles().between(-12, 3).map(e -> Math.pow(10, e)))));
    }

    /** Few distinct sizes, as in real U-Nets; some neighbours form groups with a bonus. */
    private static Arbitrary<Instance> instances(Arbitrary<Double> losses) {
        Arbitrary<List<Double>> lists = losses.list().ofMinSize(1).ofMaxSize(MOST_UNITS);
        return Combinators.combine(lists, Arbitraries.longs()).as(FrontierPropertiesTest::instance);
    }

    private static Instance instance(List<Double> losses, long seed) {
        Random random = new Random(seed);
        List<ScoredUnit> units = new ArrayList<>();
        for (double loss : losses) {
            units.add(new ScoredUnit("unit." + units.size(), 16L * (1 + random.nextInt(6)), loss));
        }
        List<Bonus> bonuses = new ArrayList<>();
        int at = random.nextInt(3);
        while (at < units.size()) {
            int end = Math.min(units.size(), at + 1 + random.nextInt(4));
            List<String> group = units.subList(at, end).stream().map(ScoredUnit::path).toList();
            bonuses.add(new Bonus(group, 16L * random.nextInt(8)));
            at = end + random.nextInt(3);
        }
        return new Instance(units, bonuses, random.nextInt(200));
    }

    /**
     * A made-up U-Net.
     *
     * @param fixedParameters that no unit frees
     */
    record Instance(List<ScoredUnit> units, List<Bonus> bonuses, long fixedParameters) {
        Frontier frontier() {
            return Frontier.of(units, bonuses);
        }

        BruteForce bruteForce() {
            return new BruteForce(units, bonuses);
        }

        long teacherParameters() {
            return bruteForce().largestParameters() + fixedParameters;
        }
    }
}
