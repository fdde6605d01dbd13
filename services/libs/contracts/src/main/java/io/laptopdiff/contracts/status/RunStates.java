package io.laptopdiff.contracts.status;

import io.laptopdiff.contracts.json.Require;
import java.util.List;

/** Every state a run can be in; kept apart, for a type must not need its subtypes to be loaded. */
final class RunStates {
    static final List<RunState> ALL =
            List.of(
                    new RunState.Requested(),
                    new RunState.Scoring(),
                    new RunState.Planning(),
                    new RunState.Distilling(),
                    new RunState.Evaluating(),
                    new RunState.Finished(),
                    new RunState.Failed(),
                    new RunState.Cancelled(),
                    new RunState.Deleted());

    private RunStates() {}

    static RunState of(String text) {
        Require.oneOf("", text, ALL.stream().map(RunState::text).toList());
        return ALL.stream().filter(state -> state.text().equals(text)).findFirst().orElseThrow();
    }
}
