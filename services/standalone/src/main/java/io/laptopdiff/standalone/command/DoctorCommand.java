package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.doctor.Doctor;
import io.laptopdiff.diffusion.doctor.DoctorReport;
import io.laptopdiff.diffusion.doctor.EngineFacts;
import io.laptopdiff.diffusion.doctor.PortFacts;
import io.laptopdiff.standalone.start.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at this machine. */
@Command(
        name = "doctor",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_FOUND
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Looks at this machine, checks that PyTorch computes right numbers on it, and says what to do about each finding."
                    + " Starts no service and needs no broker. Put what it prints into every bug report.",
            ""
        })
final class DoctorCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json for programs (default: ${DEFAULT-VALUE}).")
    private GatewayOptions.Output output;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "Where the broker's log, results and the services' log will be kept (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port of the gateway's REST interface (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "0",
            description = "Port of the embedded Kafka broker (default: a free one).")
    private int kafkaPort;

    @Override
    public Integer call() {
        DoctorReport report =
                new Doctor(spec.root().version()[0].replaceFirst("^\\S+ ", ""), Clock.systemUTC())
                        .directory("data", data)
                        .directory("temporary files", Path.of(System.getProperty("java.io.tmpdir")))
                        .port(PortFacts.of("gateway", port, "--port"))
                        .port(PortFacts.of("Kafka", kafkaPort, "--kafka-port"))
                        .engine(() -> EngineFacts.here(Workers.device()))
                        .examine();
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output == GatewayOptions.Output.JSON
                        ? Json.write(report) + System.lineSeparator()
                        : report.text());
        out.flush();
        return report.healthy() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
