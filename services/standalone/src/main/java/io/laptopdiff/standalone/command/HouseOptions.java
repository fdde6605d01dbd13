package io.laptopdiff.standalone.command;

import io.laptopdiff.standalone.start.HouseSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every command that opens the house can be told. */
final class HouseOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "Keeps the broker's log, results and the services' log (default: ${DEFAULT-VALUE}).")
    private Path data;

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

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "What the process may hold while it scores, distils or evaluates, such as 8G (default: what the machine has).")
    private String memory;

    Path data() {
        return data;
    }

    HouseSettings settings(int defaultPort, boolean logOnConsole) {
        if (memory != null) {
            System.setProperty("laptopdiff.scoring.memory", memory);
            System.setProperty("laptopdiff.distillation.memory", memory);
            System.setProperty("laptopdiff.evaluation.memory", memory);
        }
        return new HouseSettings(data, port == null ? defaultPort : port, kafkaPort, logOnConsole);
    }
}
