package io.laptopdiff.experiments;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.run.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A taker of runs: a gateway. */
public interface Runs {

    /**
     * Asks for a run.
     *
     * @return its id
     */
    String create(RunSpec spec) throws IOException, InterruptedException;

    /**
     * Waits until a run has ended.
     *
     * @return all its events; empty where nobody knows the run
     */
    Optional<List<Message>> follow(String runId) throws IOException, InterruptedException;
}
