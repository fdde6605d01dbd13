package io.laptopdiff.distillation.messaging;

import ai.djl.engine.Engine;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** A worker whose native libraries do not load takes no work that it could do. */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {
    @Override
    public HealthCheckResponse call() {
        try {
            Engine engine = Engine.getInstance();
            return HealthCheckResponse.named("distillation engine")
                    .up()
                    .withData("engine", engine.getEngineName() + " " + engine.getVersion())
                    .withData("device", engine.defaultDevice().toString())
                    .build();
        } catch (RuntimeException | LinkageError e) {
            return HealthCheckResponse.named("distillation engine")
                    .down()
                    .withData("error", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
