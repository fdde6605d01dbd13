package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The place of a reader of events: the next offset of every partition that gave one. As text,
 * {@code runs:0:5;scores:2:17}.
 */
final class Position {
    static final Position START = new Position(new TreeMap<>());

    private static final String PREFIX = "laptopdiff.";
    private static final Pattern PART = Pattern.compile("([a-z-]{1,32}:\\d{1,5}):(\\d{1,18})");

    /**
     * The names of the few partitions that there are; asked for with every event of every reader.
     */
    private static final Map<TopicPartition, String> NAMES = new ConcurrentHashMap<>();

    /** The next offsets by "topic:partition", the topic without its prefix. */
    private final TreeMap<String, Long> next;

    private Position(TreeMap<String, Long> next) {
        this.next = next;
    }

    /**
     * @throws InvalidMessageException if the text is no position
     */
    static Position parse(String text) {
        TreeMap<String, Long> next = new TreeMap<>();
        for (String part : text.split(";", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches() || !isReadTopic(matcher.group(1))) {
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

    static Position at(Map<TopicPartition, Long> offsets) {
        TreeMap<String, Long> next = new TreeMap<>();
        offsets.forEach((partition, offset) -> next.put(name(partition), offset));
        return new Position(next);
    }

    Position after(TopicPartition partition, long offset) {
        TreeMap<String, Long> moved = new TreeMap<>(next);
        moved.put(name(partition), offset + 1);
        return new Position(moved);
    }

    /**
     * Returns the position without the partitions that are not so long: what was read there was
     * read of another log, of which nothing is left.
     */
    Position within(Map<TopicPartition, Long> ends) {
        TreeMap<String, Long> left = new TreeMap<>(next);
        ends.forEach(
                (partition, end) ->
                        left.computeIfPresent(
                                name(partition), (name, offset) -> offset > end ? null : offset));
        return new Position(left);
    }

    /** Returns the next offset of a partition; null if that partition gave no event yet. */
    Long of(TopicPartition partition) {
        return next.get(name(partition));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        next.forEach(
                (partition, offset) ->
                        text.append(text.length() == 0 ? "" : ";")
                                .append(partition)
                                .append(':')
                                .append(offset));
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Position position && next.equals(position.next);
    }

    @Override
    public int hashCode() {
        return next.hashCode();
    }

    private static boolean isReadTopic(String part) {
        String topic = PREFIX + part.substring(0, part.indexOf(':'));
        return topic.equals(Topics.RUN_STATUS) || Topics.events().contains(topic);
    }

    private static String name(TopicPartition partition) {
        return NAMES.computeIfAbsent(
                partition, p -> p.topic().substring(PREFIX.length()) + ":" + p.partition());
    }
}
