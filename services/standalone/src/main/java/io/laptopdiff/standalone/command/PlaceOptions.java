package io.laptopdiff.standalone.command;

import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where a run is met: in this process with all services, or on a gateway. */
final class PlaceOptions {

    @Mixin private AllServicesOptions services;
    @Mixin private UnfinishedRuns unfinished;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "A running gateway instead of this process.")
    private URI gateway;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text, or json: only the run's last status, progress goes to the error output (default: ${DEFAULT-VALUE}).")
    private GatewayOptions.Output output;

    /** Returns the gateway; null for this process's own. */
    URI gateway() {
        return gateway;
    }

    /** Returns the unfinished runs of this process: those of a gateway are other people's. */
    UnfinishedRuns unfinished() {
        return unfinished;
    }

    AllServicesOptions services() {
        return services;
    }

    /**
     * Returns whether the run's last status goes to the standard output as JSON, and nothing else.
     */
    boolean json() {
        return output == GatewayOptions.Output.JSON;
    }
}
