package io.laptopdiff.pruningplanner.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Tells that the planner is ready while scores are read; a rebalance is part of that. */
@Readiness
@ApplicationScoped
class FoldHealth implements HealthCheck {
    private final KafkaStreams streams;

    FoldHealth(KafkaStreams streams) {
        this.streams = streams;
    }

    @Override
    public HealthCheckResponse call() {
        KafkaStreams.State state = streams.state();
        return HealthCheckResponse.named("pruning-planner fold")
                .status(state.isRunningOrRebalancing())
                .withData("state", state.toString())
                .build();
    }
}
