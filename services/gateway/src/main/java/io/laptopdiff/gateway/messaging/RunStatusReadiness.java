package io.laptopdiff.gateway.messaging;

import io.laptopdiff.gateway.runs.RunStatuses;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Tells that the gateway is not ready while the statuses of the runs are being read back. */
@Readiness
@ApplicationScoped
class RunStatusReadiness implements HealthCheck {
    private final RunStatuses statuses;

    RunStatusReadiness(RunStatuses statuses) {
        this.statuses = statuses;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("run status").status(statuses.ready()).build();
    }
}
