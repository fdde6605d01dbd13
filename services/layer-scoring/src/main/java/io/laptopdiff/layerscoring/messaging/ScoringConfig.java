package io.laptopdiff.layerscoring.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How this worker scores. */
@ConfigMapping(prefix = "laptopdiff.scoring")
interface ScoringConfig {
    /** Samples in one pass of the U-Net: more is faster and takes more memory, about 0.5 GB each for SD-v1.5. */
    @WithDefault("4")
    int batchSize();
}
