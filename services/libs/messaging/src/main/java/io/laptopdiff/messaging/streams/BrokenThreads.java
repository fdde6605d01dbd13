package io.laptopdiff.messaging.streams;

import io.quarkus.arc.Unremovable;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/** By default a thread that dies ends all folds of the process for good. */
@Singleton
@Unremovable
@IfBuildProperty(name = "laptopdiff.folds.enabled", stringValue = "true")
class BrokenThreads implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = Logger.getLogger(BrokenThreads.class);

    @Override
    public StreamThreadExceptionResponse handle(Throwable thrown) {
        LOG.error("fold thread died and is replaced", thrown);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
