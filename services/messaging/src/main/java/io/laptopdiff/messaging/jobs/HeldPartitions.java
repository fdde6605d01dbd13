package io.laptopdiff.messaging.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** Knows whether a partition that a record came from has been taken away since. */
@ApplicationScoped
class HeldPartitions {
    private final Map<String, Map<TopicPartition, Long>> revoked = new ConcurrentHashMap<>();

    void revoke(String group, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> times(group).merge(partition, 1L, Long::sum));
    }

    Held hold(String group, TopicPartition partition) {
        return new Held(group, partition, times(group).getOrDefault(partition, 0L));
    }

    boolean stillHeld(Held held) {
        return held.equals(hold(held.group(), held.partition()));
    }

    private Map<TopicPartition, Long> times(String group) {
        return revoked.computeIfAbsent(group, g -> new ConcurrentHashMap<>());
    }
}
