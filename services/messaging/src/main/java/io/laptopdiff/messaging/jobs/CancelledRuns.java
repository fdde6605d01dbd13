package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunCancelRequested;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Every process hears of every cancellation, for any of them may be at work for the run. */
@ApplicationScoped
public class CancelledRuns {
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    @Incoming("messaging-cancellations-in")
    void on(Message message) {
        if (message instanceof RunCancelRequested cancel) {
            cancelled.add(cancel.runId());
        }
    }

    public boolean isCancelled(String runId) {
        return cancelled.contains(runId);
    }
}
