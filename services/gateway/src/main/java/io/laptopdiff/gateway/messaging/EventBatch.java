package io.laptopdiff.gateway.messaging;

import java.util.List;

/**
 * Events that a reader gets next.
 *
 * @param missed how many came after these and were dropped, because the reader was too slow
 * @param after position of the last event before those, or where a stream without a past begins;
 *     else null
 * @param last the run has ended, and these are its last ones
 */
public record EventBatch(List<PlacedEvent> events, long missed, String after, boolean last) {
    public EventBatch {
        events = List.copyOf(events);
    }
}
