package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a reader of a run's events is: the next offset of every partition that gave one. As text,
 * {@code runs:0:5;scores:2:17}.
 *
 * @param next by "topic:partition", the topic without its prefix
 */
record Position(Map<String, Long> next) {
    static final Position START = new Position(Map.of());

    private static final String PREFIX = "laptopdiff.";
    private static final Pattern PART = Pattern.compile("([a-z-]{1,32}:\\d{1,5}):(\\d{1,18})");

    Position {
        next = Map.copyOf(next);
    }

    /**
     * @throws InvalidMessageException if the text is no position
     */
    static Position parse(String text) {
        Map<String, Long> next = new TreeMap<>();
        for (String part : text.split(";", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches() || !isEventTopic(matcher.group(1))) {
                throw new InvalidMessageException(
                        "Last-Event-ID",
                        "'" + text + "'",
                        "it must be the id of an event of this stream; leave it out to start from"
                                + " the first event");
            }
            next.put(matcher.group(1), Long.parseLong(matcher.group(2)));
        }
        return new Position(next);
    }

    Position after(TopicPartition partition, long offset) {
        Map<String, Long> moved = new TreeMap<>(next);
        moved.put(name(partition), offset + 1);
        return new Position(moved);
    }

    /** Null if that partition gave no event yet. */
    Long of(TopicPartition partition) {
        return next.get(name(partition));
    }

    String text() {
        return new TreeMap<>(next)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .collect(Collectors.joining(";"));
    }

    private static boolean isEventTopic(String part) {
        return Topics.events().contains(PREFIX + part.substring(0, part.indexOf(':')));
    }

    private static String name(TopicPartition partition) {
        return partition.topic().substring(PREFIX.length()) + ":" + partition.partition();
    }
}
