package io.laptopdiff.gateway.runs;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How the gateway takes in runs and shows them. */
@ConfigMapping(prefix = "laptopdiff.gateway")
public interface GatewayConfig {
    /** Look at every location in a request; false where the gateway does not see the models. */
    @WithDefault("true")
    boolean checkLocations();

    /** Directory whose children are offered as teachers. */
    Optional<Path> models();

    /**
     * The names that requests may ask for in their header Host, without port, such as localhost;
     * others are refused. Absent: any.
     */
    Optional<List<String>> hosts();

    /** The time that a request waits for Kafka to take its event. */
    @WithDefault("10s")
    Duration publishTimeout();

    /** Bytes of a request's body at most; a run with a hundred variants has some ten thousand. */
    @WithDefault("1M")
    MemorySize maxRequestSize();

    /**
     * The memory that a worker may hold, such as 24G: runs that no worker could hold are refused at
     * once. Absent: the workers look for themselves.
     */
    Optional<MemorySize> workerMemory();

    /** Progress streams open at once. */
    @WithDefault("2000")
    int maxStreams();

    /** Events that wait for a slow client of a progress stream at most. */
    @WithDefault("1000")
    int streamQueue();

    /** Pause after which a progress stream sends a comment, so that nobody closes it. */
    @WithDefault("15s")
    Duration heartbeat();
}
