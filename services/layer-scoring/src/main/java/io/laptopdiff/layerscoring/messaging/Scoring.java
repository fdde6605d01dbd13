package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.layerscoring.scoring.RunCheck;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The domain's objects as beans. */
class Scoring {
    @Produces
    @Singleton
    RunCheck runCheck(Artifacts artifacts) {
        return new RunCheck(artifacts);
    }

    @Produces
    @Singleton
    SliceScorer sliceScorer(Artifacts artifacts, ArtifactStore store, ScoringConfig config) {
        return new SliceScorer(artifacts, store, config.limits(), Clock.systemUTC());
    }
}
