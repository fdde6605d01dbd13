package io.laptopdiff.evaluation.messaging;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Sheets are drawn with Java 2D, which would look for a screen that a server does not have. */
@ApplicationScoped
class Headless {
    private static final String PROPERTY = "java.awt.headless";

    void onStart(@Observes StartupEvent start) {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "true");
        }
    }
}
