package io.laptopdiff.standalone.command;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunEstimator;
import io.laptopdiff.standalone.compress.CompressRequest;
import io.laptopdiff.standalone.start.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a run will take. */
@Command(
        name = "estimate",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_LARGE
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Says what memory, time and disk a run will take on this machine, with the options of compress. Reads no weights: it"
                    + " times layers of the model's shapes, which takes a minute or so for SD-v1.5, and adds them up.",
            ""
        })
final class EstimateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json for programs (default: ${DEFAULT-VALUE}).")
    private GatewayOptions.Output output;

    @Mixin private CompressRequest request;

    @Override
    public Integer call() {
        RunSpec run;
        try {
            run = request.read(true);
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        RunEstimate estimate =
                new RunEstimator(
                                Artifacts.ofFiles(),
                                Workers.settings(),
                                Devices.of(Workers.device())::newManager,
                                Path.of("").toAbsolutePath())
                        .estimate(run);
        EstimateReport report =
                EstimateReport.of(
                        estimate,
                        new MachineMemory().available(),
                        Path.of("").toAbsolutePath().toFile().getUsableSpace());
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output == GatewayOptions.Output.JSON
                        ? Json.write(report) + System.lineSeparator()
                        : report.text());
        out.flush();
        return report.fits() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
