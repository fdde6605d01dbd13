package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.layerscoring.scoring.RunCheck;
import io.laptopdiff.layerscoring.scoring.TeacherSummary;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * A run that was asked for can start, or fails and says why not. The planner asks for its slices:
 * it knows whether any of the variants is possible.
 */
@ApplicationScoped
class RunListener {
    private static final Logger LOG = Logger.getLogger(RunListener.class);

    private final Jobs jobs;
    private final RunCheck check;
    private final ArtifactStore store;
    private final EventPublisher events;

    RunListener(Jobs jobs, RunCheck check, ArtifactStore store, EventPublisher events) {
        this.jobs = jobs;
        this.check = check;
        this.store = store;
        this.events = events;
    }

    @Incoming("layer-scoring-runs-in")
    CompletionStage<Void> on(Message<?> record) {
        return jobs.run(record, RunRequested.class, Stage.SCORING, this::start);
    }

    private void start(RunRequested run, JobContext job) {
        RunLayout layout = store.run(run.runId());
        refuseTakenId(layout.run(), run);
        TeacherSummary teacher = checked(run);
        if (job.shouldStop()) {
            return;
        }
        store.write(
                layout.run(),
                MessageJson.tree(run).toPrettyString().getBytes(StandardCharsets.UTF_8));
        RunSpec spec = run.spec();
        Instant now = Instant.now();
        events.publish(
                new ScoringStarted(
                        run.runId(),
                        now,
                        spec,
                        teacher.parameters(),
                        teacher.units().size(),
                        teacher.notes()));
        LOG.infof("scoring started run=%s units=%d", run.runId(), teacher.units().size());
    }

    private TeacherSummary checked(RunRequested run) {
        try {
            return check.check(run.spec());
        } catch (RuntimeException e) {
            throw StageException.of(e, Stage.SCORING, run.id());
        }
    }

    /** A repeat of the same request is taken up again: the first attempt may have died half-way. */
    private static void refuseTakenId(Path file, RunRequested run) {
        if (Files.exists(file) && !written(file).spec().equals(run.spec())) {
            throw new StageException(
                    "The run id belongs to a request of other content",
                    file.toString(),
                    "Choose another run id, or remove the directory of the old run.");
        }
    }

    private static RunRequested written(Path file) {
        try {
            return MessageJson.read(Files.readAllBytes(file), RunRequested.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
