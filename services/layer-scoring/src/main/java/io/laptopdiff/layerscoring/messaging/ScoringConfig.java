package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.estimation.WorkerSettings;
import io.laptopdiff.layerscoring.scoring.ScoringLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.OptionalLong;

/** How this worker scores. */
@ConfigMapping(prefix = "laptopdiff.scoring")
interface ScoringConfig {
    /** Samples in one pass of the U-Net at most; more is faster and takes more memory. */
    @WithDefault("" + WorkerSettings.SCORING_BATCH)
    int batchSize();

    /** Removals in one pass of the U-Net at most; fewer take less memory. */
    @WithDefault("" + RemovalSweep.TOGETHER)
    int together();

    /** The memory that the process may hold, such as 8G; absent: what the machine has. */
    Optional<MemorySize> memory();

    /** Returns all limits that these settings make. */
    default ScoringLimits limits() {
        return new ScoringLimits(
                batchSize(),
                together(),
                memory().map(size -> OptionalLong.of(size.asLongValue()))
                        .orElse(OptionalLong.empty()));
    }
}
