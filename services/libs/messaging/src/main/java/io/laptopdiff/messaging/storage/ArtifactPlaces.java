package io.laptopdiff.messaging.storage;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** One set of places for all services of a process, so that standalone has no two. */
class ArtifactPlaces {
    @Produces
    @Singleton
    Artifacts artifacts(ArtifactStore store) {
        return Artifacts.of(store);
    }

    @Produces
    @Singleton
    ArtifactStore store(ArtifactsConfig config) {
        return new ArtifactStore(config.root());
    }
}
