package io.laptopdiff.gateway.runs;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.gateway.status.RunFold;
import io.laptopdiff.messaging.EventPublisher;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What can be done with runs. */
@ApplicationScoped
public class Runs {
    private final RunStatuses statuses;
    private final EventPublisher events;
    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final GatewayConfig config;
    private final Instance<RunAdmission> admissions;

    /** Runs taken in here that are not folded yet, so that their asker finds them at once. */
    private final Map<String, RunStatus> fresh = new ConcurrentHashMap<>();

    /**
     * The requests sent to Kafka under a chosen id, which may have taken them without saying so.
     */
    private final Map<String, RunSpec> sent = new ConcurrentHashMap<>();

    Runs(
            RunStatuses statuses,
            EventPublisher events,
            Artifacts artifacts,
            ArtifactStore store,
            GatewayConfig config,
            @Any Instance<RunAdmission> admissions) {
        this.statuses = statuses;
        this.events = events;
        this.artifacts = artifacts;
        this.store = store;
        this.config = config;
        this.admissions = admissions;
    }

    /**
     * Takes in a run. Asking again for the same under the same id gives the same run, so that
     * whoever missed the answer can ask again.
     *
     * @throws InvalidRequestException if the request breaks a rule
     * @throws RunConflictException if there is a run of that id that was asked for otherwise
     * @throws io.laptopdiff.contracts.StageException if the workers' machine cannot hold the run
     */
    public RunStatus request(RunOrder order) {
        RunSpec spec = order.required();
        return request(order.runId(), located(spec));
    }

    /**
     * Says what would become of a request, and begins nothing.
     *
     * @throws RunConflictException if there is a run of that id that was asked for otherwise
     */
    public DryRun tryOut(RunOrder order) {
        List<FieldProblem> problems = new ArrayList<>(order.problems());
        order.spec()
                .filter(spec -> config.checkLocations())
                .map(spec -> Locations.look(spec, artifacts))
                .ifPresent(found -> addTrue(problems, found.problems()));
        if (!problems.isEmpty()) {
            return new DryRun(false, problems, null);
        }
        RunSpec spec = located(order.required());
        order.runId().ifPresent(runId -> there(runId).ifPresent(s -> requireSame(s, spec)));
        List<FieldProblem> found = read(spec);
        if (!found.isEmpty()) {
            return new DryRun(false, found, null);
        }
        Optional<RunForecast> forecast =
                admissions.stream()
                        .map(admission -> admission.forecast(spec))
                        .flatMap(Optional::stream)
                        .findFirst();
        if (forecast.isEmpty()) {
            List<FieldProblem> refusals = refusals(spec);
            return new DryRun(refusals.isEmpty(), refusals, null);
        }
        return new DryRun(forecast.get().fits(), List.of(), forecast.get());
    }

    /** Reads the files that a request names, and returns what in them would make the run fail. */
    private List<FieldProblem> read(RunSpec spec) {
        return admissions.stream().flatMap(admission -> admission.problems(spec).stream()).toList();
    }

    private List<FieldProblem> refusals(RunSpec spec) {
        try {
            admissions.forEach(admission -> admission.require(spec));
            return List.of();
        } catch (StageException e) {
            return List.of(new FieldProblem(e.getMessage(), ""));
        }
    }

    /**
     * Adds problems, save those of a field that is wrong already: a stand-in's location is nobody's
     * fault.
     */
    private static void addTrue(List<FieldProblem> problems, List<FieldProblem> more) {
        List<String> known = problems.stream().map(FieldProblem::field).toList();
        more.stream()
                .filter(problem -> known.stream().noneMatch(problem.field()::startsWith))
                .forEach(problems::add);
    }

    /**
     * Asks for one variant of an ended run once more, as a run that uses what the old one has.
     *
     * @param wantedId of the new run; asking again under the same gives the same
     * @throws RunNotFoundException if there is no such run or variant
     * @throws RunConflictException if the variant has not failed
     */
    public RunStatus retry(String runId, String variant, Optional<String> wantedId) {
        RunStatus status = find(runId);
        VariantState state = variant(status, variant).state();
        if (state != VariantState.FAILED) {
            throw new RunConflictException(
                    "variant '"
                            + variant
                            + "' of run '"
                            + runId
                            + "' is "
                            + state
                            + "; only failed ones can be tried again. What was cancelled, or shall be"
                            + " changed, is asked for anew: POST /api/v1/runs");
        }
        if (status.spec() == null) {
            throw new NotReadyException("the request of run '" + runId + "' is not seen yet", null);
        }
        return request(wantedId, status.spec().retry(runId, variant));
    }

    /**
     * A variant of a run.
     *
     * @throws RunNotFoundException if the run has none of that name
     */
    public static VariantStatus variant(RunStatus run, String name) {
        return run.variants().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RunNotFoundException(run.runId(), name));
    }

    private RunSpec located(RunSpec spec) {
        if (!config.checkLocations()) {
            return spec;
        }
        Locations.Found found = Locations.look(spec, artifacts);
        if (!found.problems().isEmpty()) {
            throw new InvalidRequestException(found.problems());
        }
        return found.spec();
    }

    private RunStatus request(Optional<String> wantedId, RunSpec spec) {
        Instant now = Instant.now();
        String runId = wantedId.orElseGet(() -> RunIds.next(now));
        Optional<RunStatus> there = there(runId);
        if (there.isPresent()) {
            requireSame(there.get(), spec);
            return there.get();
        }
        List<FieldProblem> problems = read(spec);
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        admissions.forEach(admission -> admission.require(spec));
        RunSpec before = sent.putIfAbsent(runId, spec);
        if (before != null) {
            requireSame(runId, spec, before);
        }
        // Sent again where it was sent before: nobody here knows whether that one arrived, and
        // scoring takes a repeat for what it is.
        RunRequested event = new RunRequested(runId, now, spec);
        try {
            publish(event);
        } catch (RuntimeException e) {
            if (wantedId.isEmpty() || e instanceof RunTooLargeException) {
                sent.remove(runId); // nobody can ask for it again, or it did not arrive for sure
            }
            throw e;
        }
        RunStatus status = RunFold.empty(runId).with(event).status();
        fresh.put(runId, status);
        sent.remove(runId);
        return status;
    }

    private Optional<RunStatus> there(String runId) {
        return statuses.find(runId).or(() -> Optional.ofNullable(fresh.get(runId)));
    }

    private static void requireSame(RunStatus there, RunSpec asked) {
        if (there.state() instanceof RunState.Deleted) {
            throw new RunDeletedException(there.runId());
        }
        requireSame(there.runId(), asked, there.spec());
    }

    private static void requireSame(String runId, RunSpec asked, RunSpec there) {
        if (!asked.equals(there)) {
            throw new RunConflictException(
                    "there is a run '"
                            + runId
                            + "' already that was asked for otherwise; leave 'runId' (or the"
                            + " Idempotency-Key) out to have one made");
        }
    }

    /**
     * The newest status of a run.
     *
     * @throws RunNotFoundException if there is none
     * @throws RunDeletedException if there was one
     */
    public RunStatus find(String runId) {
        Optional<RunStatus> folded = statuses.find(runId);
        if (folded.isPresent()) {
            fresh.remove(runId);
            if (folded.get().state() instanceof RunState.Deleted) {
                throw new RunDeletedException(runId);
            }
            return folded.get();
        }
        return Optional.ofNullable(fresh.get(runId))
                .orElseThrow(() -> new RunNotFoundException(runId));
    }

    /** The runs that are wanted; deleted ones are none. */
    public RunQuery.Page page(RunQuery query) {
        Map<String, RunStatus> folded =
                statuses.all().stream()
                        .collect(Collectors.toMap(RunStatus::runId, status -> status));
        fresh.keySet().removeAll(folded.keySet());
        return query.of(
                Stream.concat(folded.values().stream(), fresh.values().stream())
                        .filter(run -> !(run.state() instanceof RunState.Deleted)));
    }

    /**
     * Asks for the run to stop; it ends a little later.
     *
     * @throws RunNotFoundException if there is none
     * @throws RunConflictException if it has ended
     */
    public RunStatus cancel(String runId) {
        RunStatus status = find(runId);
        if (status.state().ended()) {
            throw new RunConflictException(
                    "run '" + runId + "' has ended already: " + status.state().text());
        }
        publish(new RunCancelRequested(runId, Instant.now()));
        return status;
    }

    /**
     * Deletes an ended run and all that it left. The files go first, so that a run which is listed
     * may lack them, but none stay behind.
     *
     * @throws RunNotFoundException if there is none
     * @throws RunConflictException if it goes on
     */
    public void delete(String runId) {
        RunStatus status = find(runId);
        if (!status.state().ended()) {
            throw new RunConflictException(
                    "run '"
                            + runId
                            + "' is "
                            + status.state().text()
                            + "; cancel it first: POST /api/v1/runs/"
                            + runId
                            + "/cancel");
        }
        try {
            store.deleteRun(runId);
        } catch (UncheckedIOException e) {
            throw new NotReadyException(
                    "the files of run '" + runId + "' cannot be deleted now: " + e.getMessage(), e);
        }
        publish(new RunDeleted(runId, Instant.now()));
    }

    private void publish(Message event) {
        try {
            events.send(event).await().atMost(config.publishTimeout());
        } catch (TimeoutException e) {
            throw new NotReadyException(
                    "Kafka did not take the event in time, and may still do so", e);
        } catch (RuntimeException e) {
            Throwable reason = e instanceof CompletionException ? e.getCause() : e;
            if (reason instanceof RecordTooLargeException) {
                throw new RunTooLargeException(event.topic(), reason);
            }
            throw e;
        }
    }
}
