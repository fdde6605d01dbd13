package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.RunStatus;
import java.util.List;
import java.util.Optional;

/** Every run's status, as far as it has been folded. */
public interface RunStatuses {
    /**
     * @throws NotReadyException while the statuses are being read back after a start
     */
    Optional<RunStatus> find(String runId);

    /**
     * @throws NotReadyException while the statuses are being read back after a start
     */
    List<RunStatus> all();

    /** Everything is folded that is going to be folded soon. */
    boolean ready();
}
