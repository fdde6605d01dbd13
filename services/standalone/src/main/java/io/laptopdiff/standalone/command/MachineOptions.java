package io.laptopdiff.standalone.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a run may take of this machine. */
final class MachineOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "Keeps the broker's log, results and the services' log (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "What the process may hold while it scores, distils or evaluates, such as 8G (default: what the machine has).")
    private String memory;

    Path data() {
        return data;
    }

    /**
     * Configures memory for the services of this process, and for whoever asks what they may take.
     */
    void configure() {
        if (memory != null) {
            System.setProperty("laptopdiff.scoring.memory", memory);
            System.setProperty("laptopdiff.distillation.memory", memory);
            System.setProperty("laptopdiff.evaluation.memory", memory);
        }
    }
}
