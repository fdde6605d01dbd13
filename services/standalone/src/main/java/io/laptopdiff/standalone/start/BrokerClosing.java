package io.laptopdiff.standalone.start;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Destroyed;
import jakarta.enterprise.event.Observes;

/** Closes the broker after the Kafka clients have closed: on SIGTERM, Quarkus.run never returns. */
@ApplicationScoped
class BrokerClosing {
    void close(@Observes @Destroyed(ApplicationScoped.class) Object event) {
        AllServices.closeBroker();
    }
}
