package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.run.RunSpec;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a run before it is taken in. A gateway that shares the machine with its workers has a
 * bean that knows it; others tell what models' configs tell.
 */
public interface RunAdmission {

    /**
     * Returns what is wrong with the files that a run names, by the fields that name them; empty if
     * nothing is, or where they cannot be seen from here.
     */
    List<FieldProblem> problems(RunSpec spec);

    /**
     * @throws io.laptopdiff.contracts.StageException if the run cannot be done there, with the
     *     choices that would make it possible
     */
    void require(RunSpec spec);

    /** Returns what the run would be there; empty where that cannot be told. */
    Optional<RunForecast> forecast(RunSpec spec);
}
