package io.laptopdiff.contracts.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RunStateTest {
    private static final List<UnaryOperator<RunState>> STEPS =
            List.of(
                    RunState::scoring,
                    RunState::planning,
                    RunState::distilling,
                    RunState::evaluating,
                    RunState::finish,
                    RunState::fail,
                    RunState::cancel);

    @Test
    void shouldWalkFromRequestToEnd() {
        RunState state = new RunState.Requested();
        state = state.scoring().planning().distilling().evaluating();
        assertThat(state).isEqualTo(new RunState.Evaluating());
        assertThat(state.finish()).isEqualTo(new RunState.Finished());
    }

    @Test
    void shouldNeverGoBackwards() {
        for (RunState state : RunStates.ALL) {
            for (UnaryOperator<RunState> step : STEPS) {
                assertThat(RunStates.ALL.indexOf(step.apply(state)))
                        .isGreaterThanOrEqualTo(RunStates.ALL.indexOf(state));
            }
        }
    }

    @Test
    void shouldStayEnded() {
        for (RunState state : RunStates.ALL.stream().filter(RunState::ended).toList()) {
            assertThat(STEPS).allSatisfy(step -> assertThat(step.apply(state)).isEqualTo(state));
        }
    }

    @Test
    void shouldComeBackFromItsName() {
        assertThat(RunStates.ALL).allSatisfy(s -> assertThat(RunState.of(s.text())).isEqualTo(s));
    }
}
