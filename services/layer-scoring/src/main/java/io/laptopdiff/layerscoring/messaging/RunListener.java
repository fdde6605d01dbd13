package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.estimation.check.TeacherSummary;
import io.laptopdiff.layerscoring.scoring.WeightsCheck;
import io.laptopdiff.messaging.EventPublisher;
import io.laptopdiff.messaging.jobs.EndedWork;
import io.laptopdiff.messaging.jobs.JobContext;
import io.laptopdiff.messaging.jobs.Jobs;
import io.laptopdiff.messaging.jobs.RefusedRecordException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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

    /** A lane of its own: an answer to a request must not wait for a slice to be scored. */
    private static final String LANE = "scoring-requests";

    private final Jobs jobs;
    private final EndedWork ended;
    private final RunCheck check;
    private final WeightsCheck weights;
    private final ArtifactStore store;
    private final EventPublisher events;

    RunListener(
            Jobs jobs,
            EndedWork ended,
            RunCheck check,
            WeightsCheck weights,
            ArtifactStore store,
            EventPublisher events) {
        this.jobs = jobs;
        this.ended = ended;
        this.check = check;
        this.weights = weights;
        this.store = store;
        this.events = events;
    }

    @Incoming("layer-scoring-runs-in")
    CompletionStage<Void> on(Message<?> record) {
        return jobs.run(record, RunRequested.class, Stage.SCORING, LANE, this::start);
    }

    private void start(RunRequested run, JobContext job) {
        RunLayout layout = store.run(run.runId());
        refuseTakenId(layout.run(), run);
        if (ended.isEnded(run.runId())) {
            LOG.infof("not begun again, for it has ended run=%s", run.runId());
            return;
        }
        // Before it is checked: a run that fails its check has taken its id, too, and a retry of it
        // goes back through it.
        store.write(
                layout.run(),
                MessageJson.tree(run).toPrettyString().getBytes(StandardCharsets.UTF_8));
        TeacherSummary teacher = checked(run);
        if (job.shouldStop()) {
            return;
        }
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
            TeacherSummary teacher = check.check(run.spec());
            weights.check(run.spec());
            return teacher;
        } catch (RuntimeException e) {
            throw StageException.of(e, Stage.SCORING, run.id());
        }
    }

    /**
     * A repeat of the same request is taken up again: the first attempt may have died half-way. The
     * run of another one is not to blame, and goes on.
     */
    private void refuseTakenId(Path file, RunRequested run) {
        Optional<RunRequested> written =
                store.read(file).map(json -> MessageJson.read(json, RunRequested.class));
        if (written.isPresent() && !written.get().spec().equals(run.spec())) {
            throw new RefusedRecordException(
                    "The run id '"
                            + run.runId()
                            + "' belongs to a request of other content, see "
                            + file
                            + ". Choose another run id.");
        }
    }
}
