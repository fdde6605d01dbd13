package io.laptopdiff.gateway.messaging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.kafka.common.TopicPartition;

/** Puts events of several partitions in the order of time, and leaves each partition in its own. */
final class EventMerge {
    private static final Comparator<Deque<LoggedEvent>> BY_HEAD =
            Comparator.<Deque<LoggedEvent>>comparingLong(queue -> queue.getFirst().timestamp())
                    // any order would do, but every reader shall see the same
                    .thenComparing(queue -> queue.getFirst().partition().toString());

    private EventMerge() {}

    static List<LoggedEvent> merge(List<LoggedEvent> events) {
        Map<TopicPartition, Deque<LoggedEvent>> queues = new HashMap<>();
        events.forEach(
                event ->
                        queues.computeIfAbsent(event.partition(), p -> new ArrayDeque<>())
                                .add(event));
        PriorityQueue<Deque<LoggedEvent>> heads = new PriorityQueue<>(BY_HEAD);
        heads.addAll(queues.values());
        List<LoggedEvent> merged = new ArrayList<>(events.size());
        while (!heads.isEmpty()) {
            Deque<LoggedEvent> queue = heads.remove();
            merged.add(queue.removeFirst());
            if (!queue.isEmpty()) {
                heads.add(queue);
            }
        }
        return merged;
    }
}
