package io.laptopdiff.evaluation.messaging;

import ai.djl.engine.Engine;
import io.laptopdiff.diffusion.device.Devices;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** A worker whose native libraries do not load takes no work that it could do. */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {
    private static final String NAME = "evaluation engine";

    private final String device;

    EngineHealth(
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device) {
        this.device = device;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            Engine engine = Engine.getInstance();
            return HealthCheckResponse.named(NAME)
                    .up()
                    .withData("engine", engine.getEngineName() + " " + engine.getVersion())
                    .withData("device", Devices.name(Devices.of(device).first()))
                    .build();
        } catch (RuntimeException | LinkageError e) {
            return HealthCheckResponse.named(NAME)
                    .down()
                    .withData("error", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
