package io.laptopdiff.distillation.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How workers share the encoding of training data. */
@ConfigMapping(prefix = "laptopdiff.preparation")
interface PreparationConfig {
    /**
     * How long a training waits without any new shard before it makes what is missing itself; more
     * than one shard takes.
     */
    @WithDefault("10m")
    Duration patience();
}
