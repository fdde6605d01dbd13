package io.laptopdiff.standalone.start;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Destroyed;
import jakarta.enterprise.event.Observes;

/**
 * On SIGTERM, Quarkus.run never returns; this observer runs after the Kafka clients have closed.
 */
@ApplicationScoped
class BrokerClosing {
    void close(@Observes @Destroyed(ApplicationScoped.class) Object event) {
        AllServices.closeBroker();
    }
}
