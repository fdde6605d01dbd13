package io.laptopdiff.gateway.runs;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.status.RunFold;
import io.laptopdiff.messaging.EventPublisher;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be done with runs. */
@ApplicationScoped
public class Runs {
    private final RunStatuses statuses;
    private final EventPublisher events;
    private final Locations locations;
    private final GatewayConfig config;
    private final Instance<RunAdmission> admissions;

    /** Runs taken in here that are not folded yet, so that their asker finds them at once. */
    private final Map<String, RunStatus> fresh = new ConcurrentHashMap<>();

    /** What was sent to Kafka under a chosen id, which may have taken it without saying so. */
    private final Map<String, RunSpec> sent = new ConcurrentHashMap<>();

    Runs(
            RunStatuses statuses,
            EventPublisher events,
            Artifacts artifacts,
            GatewayConfig config,
            @Any Instance<RunAdmission> admissions) {
        this.statuses = statuses;
        this.events = events;
        this.locations = new Locations(artifacts);
        this.config = config;
        this.admissions = admissions;
    }

    /**
     * Takes in a run. Asking again for the same under the same id gives the same run, so that
     * whoever missed the answer can ask again.
     *
     * @param wantedId empty to have one made
     * @throws RunConflictException if there is a run of that id that was asked for otherwise
     * @throws io.laptopdiff.contracts.json.InvalidMessageException if the request breaks a rule
     * @throws io.laptopdiff.contracts.StageException if the workers' machine cannot hold the run
     */
    public RunStatus request(Optional<String> wantedId, RunSpec spec) {
        Instant now = Instant.now();
        String runId = wantedId.orElseGet(() -> RunIds.next(now));
        Require.name("runId", runId);
        RunSpec checked = config.checkLocations() ? locations.checked(spec) : spec;
        Optional<RunStatus> there =
                statuses.find(runId).or(() -> Optional.ofNullable(fresh.get(runId)));
        if (there.isPresent()) {
            requireSame(runId, checked, there.get().spec());
            return there.get();
        }
        admissions.forEach(admission -> admission.require(checked));
        RunSpec before = sent.putIfAbsent(runId, checked);
        if (before != null) {
            requireSame(runId, checked, before);
        }
        // Sent again where it was sent before: nobody here knows whether that one arrived, and
        // scoring takes a repeat for what it is.
        RunRequested event = new RunRequested(runId, now, checked);
        try {
            publish(event);
        } catch (RuntimeException e) {
            if (wantedId.isEmpty()) {
                sent.remove(runId); // nobody can ask for it again
            }
            throw e;
        }
        RunStatus status = RunFold.empty(runId).with(event).status();
        fresh.put(runId, status);
        sent.remove(runId);
        return status;
    }

    private static void requireSame(String runId, RunSpec asked, RunSpec there) {
        if (!asked.equals(there)) {
            throw new RunConflictException(
                    "there is a run '"
                            + runId
                            + "' already that was asked for otherwise; leave 'runId' out to have"
                            + " one made");
        }
    }

    /**
     * The newest status of a run.
     *
     * @throws RunNotFoundException if there is none
     */
    public RunStatus find(String runId) {
        Optional<RunStatus> folded = statuses.find(runId);
        if (folded.isPresent()) {
            fresh.remove(runId);
            return folded.get();
        }
        return Optional.ofNullable(fresh.get(runId))
                .orElseThrow(() -> new RunNotFoundException(runId));
    }

    /** The newest first. */
    public List<RunStatus> newest(int limit) {
        Map<String, RunStatus> folded =
                statuses.all().stream()
                        .collect(Collectors.toMap(RunStatus::runId, status -> status));
        fresh.keySet().removeAll(folded.keySet());
        return Stream.concat(folded.values().stream(), fresh.values().stream())
                .sorted(Comparator.comparing(Runs::startedAt).reversed())
                .limit(limit)
                .toList();
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

    private void publish(Message event) {
        try {
            events.send(event).await().atMost(config.publishTimeout());
        } catch (TimeoutException e) {
            throw new NotReadyException(
                    "Kafka did not take the event in time, and may still do so", e);
        }
    }

    private static Instant startedAt(RunStatus status) {
        return status.requestedAt() == null ? status.occurredAt() : status.requestedAt();
    }
}
