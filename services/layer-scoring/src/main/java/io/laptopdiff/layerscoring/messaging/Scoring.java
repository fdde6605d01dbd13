package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.layerscoring.scoring.SliceScorer;
import io.laptopdiff.layerscoring.scoring.WeightsCheck;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The domain's objects as beans. */
class Scoring {

    /** A device that is not there ends the start, not a run some hours later. */
    void check(
            @Observes StartupEvent start,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        Devices.of(device);
    }

    @Produces
    @Singleton
    RunCheck runCheck(Artifacts artifacts, ArtifactStore store) {
        return RunCheck.fetching(artifacts, store);
    }

    @Produces
    @Singleton
    WeightsCheck weightsCheck(Artifacts artifacts) {
        return new WeightsCheck(artifacts);
    }

    @Produces
    @Singleton
    SliceScorer sliceScorer(
            Artifacts artifacts,
            ArtifactStore store,
            ScoringConfig config,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        return new SliceScorer(
                artifacts,
                store,
                config.limits().on(Devices.of(device).onlyFirst("scoring")),
                Clock.systemUTC());
    }
}
