package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a topic is made.
 *
 * @param name with prefix
 * @param partitions how many workers of one group can share it
 * @param retention null: for ever
 * @param compacted only the newest message of a key is kept
 */
public record TopicSettings(String name, int partitions, Duration retention, boolean compacted) {
    /** A broker's own limit, of a megabyte, is too little for the status of a large run. */
    private static final int MOST_BYTES = 16 << 20;

    public TopicSettings {
        Require.text("name", name);
        Require.atLeast("partitions", partitions, 1);
    }

    /** The broker's names for it. */
    public Map<String, String> configuration() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("max.message.bytes", "" + MOST_BYTES);
        settings.put("cleanup.policy", compacted ? "compact" : "delete");
        settings.put("retention.ms", retention == null ? "-1" : "" + retention.toMillis());
        return settings;
    }
}
