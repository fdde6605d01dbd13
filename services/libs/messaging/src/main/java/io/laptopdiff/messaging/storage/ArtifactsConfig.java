package io.laptopdiff.messaging.storage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where the results of runs are kept. */
@ConfigMapping(prefix = "laptopdiff.artifacts")
interface ArtifactsConfig {
    /** A directory that every service of the installation sees under the same path. */
    @WithDefault("data/artifacts")
    Path root();
}
