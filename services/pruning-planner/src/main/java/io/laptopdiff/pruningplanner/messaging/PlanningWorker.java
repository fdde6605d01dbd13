package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.messaging.jobs.EndedWork;
import io.laptopdiff.pruningplanner.planning.Advance;
import io.laptopdiff.pruningplanner.planning.RunFacts;
import io.laptopdiff.pruningplanner.planning.RunPlanner;
import io.laptopdiff.pruningplanner.planning.RunProgress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Plans beside the stream: one answer may take minutes, and a stream thread that is away for longer
 * than its transaction's timeout (10 s) loses the transaction, and does the same again for ever.
 */
@ApplicationScoped
class PlanningWorker {
    private static final Logger LOG = Logger.getLogger(PlanningWorker.class);

    /** A run that plans for minutes must not keep others from their answers. */
    private static final int FEWEST_THREADS = 2;

    private final RunPlanner planner;
    private final PlanningMetrics metrics;
    private final EndedWork ended;
    private final ExecutorService threads;
    private volatile boolean stopping;

    PlanningWorker(RunPlanner planner, PlanningMetrics metrics, EndedWork ended) {
        this.planner = planner;
        this.metrics = metrics;
        this.ended = ended;
        AtomicInteger number = new AtomicInteger();
        this.threads =
                Executors.newFixedThreadPool(
                        Math.max(FEWEST_THREADS, Runtime.getRuntime().availableProcessors()),
                        task -> {
                            Thread thread =
                                    new Thread(task, "planning-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Returns what follows from the facts, some time later. A run that has ended is left as it is.
     */
    CompletableFuture<Advance> plan(RunFacts facts, RunProgress progress) {
        String runId = facts.started().runId();
        return CompletableFuture.supplyAsync(
                () -> {
                    ended.await(() -> stopping);
                    if (ended.isEnded(runId)) {
                        LOG.infof("not planned, for it has ended run=%s", runId);
                        return Advance.ended(progress);
                    }
                    return metrics.measure(runId, () -> planner.advance(facts, progress));
                },
                threads);
    }

    @PreDestroy
    void stop() {
        stopping = true;
        threads.shutdownNow();
    }
}
