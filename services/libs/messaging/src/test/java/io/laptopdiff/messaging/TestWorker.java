package io.laptopdiff.messaging;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import io.laptopdiff.messaging.jobs.StopReason;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A service in little: what it does with a plan depends on the run's name. */
@Singleton
public class TestWorker {
    public final List<String> started = new CopyOnWriteArrayList<>();
    public final List<String> finished = new CopyOnWriteArrayList<>();
    public final List<StopReason> stopped = new CopyOnWriteArrayList<>();
    private final Jobs jobs;

    TestWorker(Jobs jobs) {
        this.jobs = jobs;
    }

    @Incoming("test-plans-in")
    CompletionStage<Void> on(Message<?> record) {
        return jobs.run(record, PlanCreated.class, Stage.DISTILLATION, this::work);
    }

    private void work(PlanCreated plan, JobContext job) throws InterruptedException {
        started.add(plan.runId());
        if (plan.runId().startsWith("bad")) {
            throw new StageException("NaN weights", "conv_in.weight", "download again");
        }
        if (plan.runId().startsWith("disk") && count(plan) < tries(plan)) {
            throw new UncheckedIOException(
                    "cannot write checkpoint", new IOException("Input/output error"));
        }
        while (plan.runId().startsWith("long") && !job.shouldStop()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        job.stopReason().ifPresent(stopped::add);
        finished.add(plan.runId());
    }

    private long count(PlanCreated plan) {
        return started.stream().filter(plan.runId()::equals).count();
    }

    /** The attempt that succeeds, by the end of the run's name. */
    private static int tries(PlanCreated plan) {
        return Integer.parseInt(plan.runId().substring(plan.runId().lastIndexOf('-') + 1));
    }
}
