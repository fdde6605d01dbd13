package io.laptopdiff.evaluation.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this worker evaluates. */
@ConfigMapping(prefix = "laptopdiff.evaluation")
interface EvaluationConfig {
    /**
     * Images drawn at once: more is faster on a GPU and takes more memory, on SD-v1.5 about 1 GB
     * each.
     */
    @WithDefault("8")
    int batchSize();

    /** Passes of each U-Net that the median latency is of, at most. */
    @WithDefault("51")
    int latencyPasses();

    /** After this time, 5 passes of each U-Net will do. */
    @WithDefault("20s")
    Duration latencyTime();

    /** The least time between two progress events of one evaluation. */
    @WithDefault("1s")
    Duration progressInterval();
}
