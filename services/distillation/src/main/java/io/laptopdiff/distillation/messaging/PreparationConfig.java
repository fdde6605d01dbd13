package io.laptopdiff.distillation.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How workers share the encoding of training data. */
@ConfigMapping(prefix = "laptopdiff.preparation")
interface PreparationConfig {
    /**
     * The time that a training waits without a sign that others work at shards before it makes what
     * is missing itself; more than loading the encoders and a few images take.
     */
    @WithDefault("10m")
    Duration patience();
}
