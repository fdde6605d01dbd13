package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.RunStatus;
import java.util.List;
import java.util.Optional;

/** Every run's status, as far as it has been folded. */
public interface RunStatuses {
    /**
     * The newest status of a run; empty if none of its events has been folded.
     *
     * @throws NotReadyException while the statuses are being read back after a start
     */
    Optional<RunStatus> find(String runId);

    /**
     * The newest status of every run, in no order.
     *
     * @throws NotReadyException while the statuses are being read back after a start
     */
    List<RunStatus> all();

    /** Returns whether everything was read back after the start, and can be asked for. */
    boolean ready();
}
