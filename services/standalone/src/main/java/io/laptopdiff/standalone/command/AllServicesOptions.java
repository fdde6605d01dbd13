package io.laptopdiff.standalone.command;

import io.laptopdiff.standalone.start.AllServicesSettings;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that starts all services can be told. */
final class AllServicesOptions {

    @Mixin private MachineOptions machine;

    @Option(
            names = "--port",
            paramLabel = "N",
            description =
                    "Port of the gateway's REST interface (default: a free one; 8080 for serve).")
    private Integer port;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Port of the embedded Kafka broker (default: a free one).")
    private int kafkaPort;

    Path data() {
        return machine.data();
    }

    AllServicesSettings settings(int defaultPort, boolean logOnConsole) {
        machine.configure();
        return new AllServicesSettings(
                data(), port == null ? defaultPort : port, kafkaPort, logOnConsole);
    }
}
