package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.status.RunState;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Shows a run's progress until it has ended. */
public final class RunFollower {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final GatewayClient gateway;
    private final ProgressBoard board;
    private final PrintStream out;

    /** A follower that draws on {@code out}. */
    public RunFollower(GatewayClient gateway, PrintStream out, boolean terminal) {
        this.gateway = gateway;
        this.board = new ProgressBoard(out, terminal);
        this.out = out;
    }

    /**
     * Blocks until the run has ended.
     *
     * @return its last state
     */
    public RunStatus follow(String runId) throws IOException, InterruptedException {
        while (true) {
            Optional<RunStatus> status = gateway.status(runId);
            if (status.isPresent()) {
                board.show(status.get());
                if (status.get().state().ended()) {
                    status.get().failures().forEach(this::print);
                    return status.get();
                }
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private void print(StageFailed failure) {
        out.printf(
                "%n%s failed%s: %s%n  where: %s%n  fix:   %s%n",
                failure.stage().text(),
                failure.variant() == null ? "" : " for " + failure.variant(),
                failure.what(),
                failure.where(),
                failure.howToFix());
    }

    /** 0 for a finished run, 3 for a failed one, 4 for a cancelled one. */
    public static int exitCode(RunStatus status) {
        if (status.state() instanceof RunState.Finished) {
            return 0;
        }
        return status.state() instanceof RunState.Cancelled ? 4 : 3;
    }
}
