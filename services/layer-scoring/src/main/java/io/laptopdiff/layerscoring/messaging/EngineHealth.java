package io.laptopdiff.layerscoring.messaging;

import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.worker.EngineGate;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * A worker whose engine does not load, or computes wrong numbers, is not ready, and takes no job.
 * Of several devices, scoring uses the first.
 */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {
    private final EngineGate engine;

    EngineHealth(EngineGate engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        return engine.health("layer-scoring engine", devices -> Devices.name(devices.first()));
    }
}
