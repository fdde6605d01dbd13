package io.laptopdiff.pruningplanner.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.pruningplanner.planning.RunPlanner;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The domain's objects as beans. */
class Planning {
    @Produces
    @Singleton
    RunPlanner runPlanner(Artifacts artifacts, ArtifactStore store) {
        return new RunPlanner(artifacts, store, Clock.systemUTC());
    }
}
