package io.laptopdiff.standalone.start;

import java.nio.file.Path;

/**
 * The settings of one process with all services: where it keeps its files and listens.
 *
 * @param data directory of broker, folds, artifacts and log
 * @param httpPort of the gateway; 0 takes a free one
 * @param kafkaPort of the broker; 0 takes a free one
 * @param logOnConsole whether the services' log goes to the console as well as to the file
 */
public record AllServicesSettings(Path data, int httpPort, int kafkaPort, boolean logOnConsole) {

    /** Compact constructor: ports are checked here, so that Kafka does not fail half-started. */
    public AllServicesSettings {
        data = data.toAbsolutePath().normalize();
        if (httpPort < 0 || httpPort > 65535 || kafkaPort < 0 || kafkaPort > 65535) {
            throw new IllegalArgumentException(
                    "ports must be from 0 (any free one) to 65535, not "
                            + httpPort
                            + " and "
                            + kafkaPort);
        }
    }

    Path log() {
        return data.resolve("laptop-diff.log");
    }
}
