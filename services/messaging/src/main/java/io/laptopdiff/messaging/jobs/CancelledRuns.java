package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Every process hears of every run that shall stop, for any of them may be at work for it. */
@ApplicationScoped
public class CancelledRuns {
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    @Incoming("messaging-cancellations-in")
    void on(Message message) {
        // a run may have failed, and be deleted, while some of its work goes on
        if (message instanceof RunCancelRequested || message instanceof RunDeleted) {
            cancelled.add(message.runId());
        }
    }

    /** Whether it was cancelled, or deleted. */
    public boolean isCancelled(String runId) {
        return cancelled.contains(runId);
    }
}
