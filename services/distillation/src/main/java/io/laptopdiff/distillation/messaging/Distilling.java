package io.laptopdiff.distillation.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.distillation.training.DistillationJob;
import io.laptopdiff.distillation.training.PreparationJob;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The domain's objects as beans. */
class Distilling {
    @Produces
    @Singleton
    DistillationJob job(Artifacts artifacts, ArtifactStore store) {
        return new DistillationJob(artifacts, store, Clock.systemUTC());
    }

    @Produces
    @Singleton
    PreparationJob preparation(Artifacts artifacts, ArtifactStore store) {
        return new PreparationJob(artifacts, store);
    }
}
