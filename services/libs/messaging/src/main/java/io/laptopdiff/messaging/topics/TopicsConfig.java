package io.laptopdiff.messaging.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How topics come to be. */
@ConfigMapping(prefix = "laptopdiff.topics")
interface TopicsConfig {
    /** Make those that are missing when a service starts; false where an operator makes them. */
    @WithDefault("true")
    boolean create();

    /** Copies of each topic; -1 leaves it to the broker. */
    @WithDefault("-1")
    short replicationFactor();

    /** How long a starting service waits for a broker before it gives up. */
    @WithDefault("2m")
    Duration patience();
}
