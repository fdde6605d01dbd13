package io.laptopdiff.layerscoring.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How this worker scores. */
@ConfigMapping(prefix = "laptopdiff.scoring")
interface ScoringConfig {
    /** Samples in one pass of the U-Net; more is faster and takes more memory. */
    @WithDefault("4")
    int batchSize();
}
