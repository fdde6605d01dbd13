package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Knows which work has come to its end, by its result, its failure or somebody's wish. A consumer
 * group that was without workers for longer than a broker keeps its offsets (7 days unless
 * configured otherwise) gets every record ever written again; what has ended is not done again.
 */
@ApplicationScoped
public class EndedWork {
    private static final long LOOK_UP_MILLIS = 200;

    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    /** Ids of runs that failed as a whole, and of variants. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);

    /**
     * What a status tells of a run.
     *
     * @param scored no more slices are wanted
     * @param variants where those are that nobody need go on with in every stage; empty of an ended
     *     run
     */
    private record Known(boolean ended, boolean scored, Map<String, VariantState> variants) {
        private static final Known ENDED = new Known(true, true, Map.of());

        static Known of(RunStatus status) {
            if (status.state().ended()) {
                return ENDED;
            }
            Map<String, VariantState> variants = new ConcurrentHashMap<>();
            for (VariantStatus variant : status.variants()) {
                variants.put(variant.name(), variant.state());
            }
            boolean scored = status.scoring() != null && status.scoring().complete();
            return new Known(false, scored, variants);
        }

        boolean covers(Message message) {
            if (ended) {
                return true;
            }
            if (message instanceof ScoreUnits) {
                return scored;
            }
            if (message instanceof PlanCreated plan) {
                return reached(plan, VariantState.DISTILLED);
            }
            return message instanceof DistillationFinished student
                    && reached(student, VariantState.FINISHED);
        }

        private boolean reached(VariantEvent event, VariantState state) {
            VariantState now = variants.get(event.variant());
            return now != null && (now.ended() || now.compareTo(state) >= 0);
        }
    }

    void read(Message message) {
        // a run may have failed, and be deleted, while some of its work goes on
        if (message instanceof RunCancelRequested || message instanceof RunDeleted) {
            cancelled.add(message.runId());
        } else if (message instanceof StageFailed failure) {
            failed.add(
                    failure.variant() == null
                            ? failure.runId()
                            : VariantEvent.variantId(failure.runId(), failure.variant()));
        } else if (message instanceof RunStatus status) {
            known.put(status.runId(), Known.of(status));
        }
    }

    /** Everything is read that stood in the topics when this process started. */
    void caughtUp() {
        caughtUp.countDown();
    }

    /**
     * Waits until everything is known that stood in the topics when this process started.
     *
     * @param giveUp asked a few times a second; true ends the wait
     */
    public void await(BooleanSupplier giveUp) {
        try {
            while (!caughtUp.await(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS)) {
                if (giveUp.getAsBoolean()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the run was cancelled, or deleted. */
    public boolean isCancelled(String runId) {
        return cancelled.contains(runId);
    }

    /** Whether nothing goes on in that run any more. */
    public boolean isEnded(String runId) {
        Known status = known.get(runId);
        return cancelled.contains(runId)
                || failed.contains(runId)
                || (status != null && status.ended());
    }

    /** Whether what a message asks for is done, or will never be. */
    boolean covers(Message message) {
        Known status = known.get(message.runId());
        return isEnded(message.runId())
                || (message instanceof VariantEvent event && failed.contains(event.variantId()))
                || (status != null && status.covers(message));
    }
}
