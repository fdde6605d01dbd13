package io.laptopdiff.distillation.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.distillation.training.DistillationJob;
import io.laptopdiff.distillation.training.PreparationJob;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The domain's objects as beans. */
class Distilling {

    /** A device that is not there ends the start, not a run some hours later. */
    void check(
            @Observes StartupEvent start,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        Devices.of(device);
    }

    @Produces
    @Singleton
    DistillationJob job(
            Artifacts artifacts,
            ArtifactStore store,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device,
            @ConfigProperty(name = DistillationJob.MEMORY) Optional<MemorySize> memory) {
        OptionalLong bytes =
                memory.map(size -> OptionalLong.of(size.asLongValue()))
                        .orElse(OptionalLong.empty());
        return new DistillationJob(
                artifacts, store, new MemoryLimit(bytes, Devices.of(device)), Clock.systemUTC());
    }

    @Produces
    @Singleton
    PreparationJob preparation(
            Artifacts artifacts,
            ArtifactStore store,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        return new PreparationJob(artifacts, store, Devices.of(device));
    }
}
