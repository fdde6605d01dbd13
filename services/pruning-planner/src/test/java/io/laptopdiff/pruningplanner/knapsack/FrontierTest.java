package io.laptopdiff.pruningplanner.knapsack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontierTest {
    private static final ScoredUnit A = new ScoredUnit("a", 10, 1);
    private static final ScoredUnit B = new ScoredUnit("b", 10, 1);
    private static final ScoredUnit C = new ScoredUnit("c", 20, 2);

    @Test
    void shouldPreferFewerParametersThenEarlierUnitsAmongEqualLosses() {
        Frontier frontier = Frontier.of(List.of(A, B, C), List.of());
        assertThat(frontier.forRatio(0.05, 100)).isEqualTo(new Removal(List.of("a"), 10, 1));
        assertThat(frontier.forRatio(0.2, 100)).isEqualTo(new Removal(List.of("a", "b"), 20, 2));
    }

    @Test
    void shouldTakeAWholeGroupForItsBonusWhenThatCostsLess() {
        Frontier frontier =
                Frontier.of(List.of(A, B, C), List.of(new Bonus(List.of("a", "b"), 15)));
        assertThat(frontier.forRatio(0.35, 100)).isEqualTo(new Removal(List.of("a", "b"), 35, 2));
    }

    @Test
    void shouldTakeUnitsThatCostNothing() {
        Frontier frontier = Frontier.of(List.of(A, new ScoredUnit("free", 10, 0)), List.of());
        assertThat(frontier.forRatio(0.1, 100)).isEqualTo(new Removal(List.of("free"), 10, 0));
    }

    @Test
    void shouldTellTiesThatPlainSumsWouldMiss() {
        // In doubles, 0.1 + 0.2 + 0.7 is 1 and 0.1 + 0.7 + 0.2 is a little less.
        List<ScoredUnit> units =
                List.of(
                        new ScoredUnit("a", 10, 0.1),
                        new ScoredUnit("b", 10, 0.2),
                        new ScoredUnit("c", 10, 0.7),
                        new ScoredUnit("d", 10, 0.1),
                        new ScoredUnit("e", 10, 0.7),
                        new ScoredUnit("f", 10, 0.2));
        List<Bonus> bonuses =
                List.of(
                        new Bonus(List.of("a", "b", "c"), 70),
                        new Bonus(List.of("d", "e", "f"), 70));
        assertThat(Frontier.of(units, bonuses).forRatio(0.5, 200).units())
                .containsExactly("a", "b", "c");
    }

    @Test
    void shouldRemoveEverythingAtTheLargestRatio() {
        Frontier frontier = Frontier.of(List.of(A, B, C), List.of());
        assertThat(frontier.forRatio(0.4, 100).units()).containsExactly("a", "b", "c");
        assertThat(frontier.largestParameters()).isEqualTo(40);
    }

    @Test
    void shouldNameTheLargestRatioWhenMoreIsAsked() {
        Frontier frontier = Frontier.of(List.of(A, B, C), List.of());
        assertThatThrownBy(() -> frontier.forRatio(0.41, 100))
                .isInstanceOf(InfeasibleRatioException.class)
                .hasMessageContaining("ratio 0.41")
                .hasMessageContaining("0.4,");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, Double.NaN})
    void shouldRefuseARatioThatIsNotAboveZero(double ratio) {
        Frontier frontier = Frontier.of(List.of(A), List.of());
        assertThatThrownBy(() -> frontier.forRatio(ratio, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ratio " + ratio);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e-9})
    void shouldRefuseAScoreThatIsNoLossAndNameTheUnit(double loss) {
        assertThatThrownBy(() -> new ScoredUnit("mid_block.resnets.0", 10, loss))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mid_block.resnets.0")
                .hasMessageContaining("" + loss);
    }

    @Test
    void shouldRefuseTheSameUnitTwice() {
        assertThatThrownBy(() -> Frontier.of(List.of(A, A), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unit a is listed twice");
    }

    @Test
    void shouldRefuseABonusOfAnUnknownUnit() {
        Bonus bonus = new Bonus(List.of("a", "nowhere"), 5);
        assertThatThrownBy(() -> Frontier.of(List.of(A, B), List.of(bonus)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }
}
