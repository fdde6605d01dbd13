package io.laptopdiff.evaluation.messaging;

import io.laptopdiff.estimation.WorkerSettings;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How this worker evaluates. */
@ConfigMapping(prefix = "laptopdiff.evaluation")
interface EvaluationConfig {
    /**
     * The images drawn at once at most: more is faster on a GPU and takes more memory, on SD-v1.5
     * about 1 GB each. Where memory is short, fewer are drawn at once.
     */
    @WithDefault("" + WorkerSettings.DRAWING_BATCH)
    int batchSize();

    /** The memory that the process may hold, such as 8G; absent: what the machine has. */
    Optional<MemorySize> memory();

    /** Passes of each U-Net that the median latency is of, at most. */
    @WithDefault("" + WorkerSettings.LATENCY_PASSES)
    int latencyPasses();

    /** The time after which 5 passes of each U-Net will do. */
    @WithDefault(WorkerSettings.LATENCY_SECONDS + "s")
    Duration latencyTime();

    /** The least time between two progress events of one evaluation. */
    @WithDefault("1s")
    Duration progressInterval();
}
