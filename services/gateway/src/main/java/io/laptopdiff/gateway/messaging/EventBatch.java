package io.laptopdiff.gateway.messaging;

import java.util.List;

/**
 * Events that a reader gets next.
 *
 * @param last the run has ended, and these are its last ones
 */
public record EventBatch(List<PlacedEvent> events, boolean last) {
    public EventBatch {
        events = List.copyOf(events);
    }
}
