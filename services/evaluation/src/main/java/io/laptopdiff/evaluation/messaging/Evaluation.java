package io.laptopdiff.evaluation.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.evaluation.comparison.EvaluationSettings;
import io.laptopdiff.evaluation.comparison.RunReport;
import io.laptopdiff.evaluation.comparison.VariantEvaluator;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.OptionalLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The domain's objects as beans. */
class Evaluation {

    /** A device that is not there ends the start, not a run some hours later. */
    void check(
            @Observes StartupEvent start,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        Devices.of(device);
    }

    @Produces
    @Singleton
    VariantEvaluator evaluator(
            Artifacts artifacts,
            ArtifactStore store,
            EvaluationConfig config,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        return new VariantEvaluator(
                artifacts,
                store,
                new EvaluationSettings(
                        config.batchSize(),
                        config.latencyPasses(),
                        config.latencyTime(),
                        config.memory()
                                .map(size -> OptionalLong.of(size.asLongValue()))
                                .orElse(OptionalLong.empty())),
                Devices.of(device).onlyFirst("evaluation"),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    RunReport report(ArtifactStore store) {
        return new RunReport(store);
    }
}
