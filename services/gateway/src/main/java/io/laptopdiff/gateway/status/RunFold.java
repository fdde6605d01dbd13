package io.laptopdiff.gateway.status;

import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.ScoringSettled;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is known of a run after some of its events. Topics have no common order, and events may come
 * twice: folding any order of them gives the same status in the end, except that a run or variant
 * which ended stays as it first ended.
 *
 * @param status what is shown
 * @param scoredSlices slices whose scores arrived, to count each once
 * @param scoringStartedAt absent before the event arrives
 * @param begunAt when the earliest of the events occurred; absent before any
 */
public record RunFold(
        RunStatus status,
        @Default("[]") List<Integer> scoredSlices,
        @MayBeAbsent Instant scoringStartedAt,
        @MayBeAbsent Instant begunAt) {
    public RunFold {
        scoredSlices = List.copyOf(scoredSlices);
    }

    /** Returns the fold of a run before any event. */
    public static RunFold empty(String runId) {
        return new RunFold(
                new RunStatus(
                        runId,
                        Instant.EPOCH,
                        null,
                        null,
                        new RunState.Requested(),
                        false,
                        null,
                        List.of(),
                        List.of()),
                List.of(),
                null,
                null);
    }

    /** Folds one more event; those that change nothing give the same. */
    public RunFold with(Message event) {
        if (status.state() instanceof RunState.Deleted) {
            return this;
        }
        if (event instanceof RunDeleted deleted) {
            return deleted(deleted);
        }
        return apply(event).seenAt(event.occurredAt()).settled();
    }

    /** The id stays known, so that nobody begins another run under it. */
    private static RunFold deleted(RunDeleted event) {
        return new RunFold(
                new RunStatus(
                        event.runId(),
                        event.occurredAt(),
                        null,
                        null,
                        new RunState.Deleted(),
                        false,
                        null,
                        List.of(),
                        List.of()),
                List.of(),
                null,
                null);
    }

    private RunFold apply(Message event) {
        if (event instanceof RunRequested requested) {
            return asked(requested.spec()).requestedAt(requested.occurredAt());
        }
        if (event instanceof RunCancelRequested) {
            return change(edit -> edit.cancelRequested = true);
        }
        if (event instanceof ScoringStarted started) {
            RunFold asked = asked(started.spec());
            return new RunFold(asked.status, scoredSlices, started.occurredAt(), begunAt)
                    .change(
                            edit -> {
                                edit.notes = started.notes();
                                edit.state = edit.state.scoring();
                            })
                    .counted(started.spec().calibration().slices());
        }
        if (event instanceof UnitsScored scored) {
            return scored(scored);
        }
        if (event instanceof ScoringSettled settled) {
            return change(
                    edit -> {
                        edit.scoringStable = settled.stable();
                        edit.scoring = new StageProgress(settled.slices(), settled.slices(), 0.0);
                        edit.state = edit.state.planning();
                    });
        }
        if (event instanceof AdditivityAudited audited) {
            return change(edit -> edit.additivity = audited.correlations());
        }
        if (event instanceof StageFailed failed) {
            return failed(failed);
        }
        if (event instanceof VariantEvent variant) {
            return variant(variant);
        }
        return this;
    }

    private RunFold asked(RunSpec spec) {
        return status.spec() != null
                ? this
                : change(
                        edit -> {
                            edit.spec = spec;
                            spec.variants().forEach(variant -> edit.variant(variant.name()));
                            edit.orderVariants();
                        });
    }

    private RunFold requestedAt(Instant at) {
        return status.requestedAt() != null ? this : change(edit -> edit.requestedAt = at);
    }

    private RunFold scored(UnitsScored event) {
        if (scoredSlices.contains(event.slice())) {
            return this;
        }
        List<Integer> slices =
                Stream.concat(scoredSlices.stream(), Stream.of(event.slice())).sorted().toList();
        RunFold more =
                new RunFold(status, slices, scoringStartedAt, begunAt)
                        .change(edit -> edit.state = edit.state.scoring());
        if (status.scoringStable() != null) {
            return more;
        }
        more = more.counted(event.slices());
        return slices.size() < event.slices()
                ? more.timed(event.occurredAt())
                : more.change(edit -> edit.state = edit.state.planning());
    }

    private RunFold counted(int slices) {
        if (status.scoringStable() != null) {
            return this;
        }
        int done = takenOver() ? slices : Math.min(scoredSlices.size(), slices);
        Double left = done == slices ? Double.valueOf(0) : null;
        return change(edit -> edit.scoring = new StageProgress(done, slices, left));
    }

    /** A retry may have its plan from its origin, and then scores nothing. */
    private boolean takenOver() {
        return status.spec() != null
                && status.spec().retryOf() != null
                && status.variants().stream().allMatch(variant -> variant.plan() != null);
    }

    /**
     * Returns the fold with the time left: slices take equally long, so what is left follows from
     * what is done.
     */
    private RunFold timed(Instant now) {
        if (scoringStartedAt == null || now.isBefore(scoringStartedAt)) {
            return this;
        }
        long done = status.scoring().done();
        long total = status.scoring().total();
        double seconds = Duration.between(scoringStartedAt, now).toMillis() / 1000.0;
        double left = seconds / done * (total - done);
        return change(edit -> edit.scoring = new StageProgress(done, total, left));
    }

    private RunFold failed(StageFailed event) {
        boolean repeat =
                status.failures().stream().anyMatch(known -> known.id().equals(event.id()));
        return repeat ? this : change(edit -> edit.fail(event));
    }

    private RunFold variant(VariantEvent event) {
        RunFold asked = this;
        if (event instanceof PlanCreated created) {
            asked = asked(created.spec());
        } else if (event instanceof DistillationFinished finished) {
            asked = asked(finished.spec());
        }
        RunFold more =
                asked.change(
                        edit -> {
                            edit.variant(event.variant(), old -> VariantFold.with(old, event));
                            edit.state = VariantFold.runState(edit.state, event);
                        });
        return event instanceof PlanCreated && more.takenOver()
                ? more.counted(more.status.spec().calibration().slices())
                : more;
    }

    /**
     * Moves the request back to the first event, for nothing of a run occurs before it is
     * requested: where the requester's clock is ahead, the first event tells better, and those who
     * look for the run's events in the log begin there.
     */
    private RunFold seenAt(Instant at) {
        Instant first = begunAt == null || at.isBefore(begunAt) ? at : begunAt;
        return new RunFold(status, scoredSlices, scoringStartedAt, first)
                .change(
                        edit -> {
                            if (at.isAfter(edit.occurredAt)) {
                                edit.occurredAt = at;
                            }
                            if (edit.requestedAt != null && first.isBefore(edit.requestedAt)) {
                                edit.requestedAt = first;
                            }
                        });
    }

    /** Ends the run, and its variants, when nothing goes on any more. */
    private RunFold settled() {
        return change(StatusEdit::settle);
    }

    private RunFold change(Consumer<StatusEdit> change) {
        StatusEdit edit = new StatusEdit(status);
        change.accept(edit);
        return new RunFold(edit.status(), scoredSlices, scoringStartedAt, begunAt);
    }
}
