package io.laptopdiff.standalone.command;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunEstimator;
import io.laptopdiff.estimation.RunFit;
import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.RunOutlook;
import io.laptopdiff.estimation.check.Finding;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.standalone.compress.CompressRequest;
import io.laptopdiff.standalone.start.Disk;
import io.laptopdiff.standalone.start.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    @Mixin private MachineOptions machine;

    @Mixin private CompressRequest request;

    @Override
    public Integer call() {
        RunSpec run;
        try {
            run = request.read(true);
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        machine.configure();
        Path results = machine.data().resolve("artifacts");
        Artifacts artifacts = Artifacts.of(new ArtifactStore(results));
        if (RunOutlook.needsFetching(run, artifacts)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "models are estimated by their configs, and one of these would have to be fetched: name directories of this machine");
        }
        RunLimits limits = Workers.limits(results);
        List<Finding> findings = RunCheck.ofThisMachine(artifacts).findings(run);
        RunEstimate estimate = estimate(artifacts, run, limits, Disk.nearest(results), findings);
        EstimateReport report =
                EstimateReport.of(
                        estimate,
                        limits,
                        problem(artifacts, run, limits, findings),
                        uncounted(artifacts, run));
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output == GatewayOptions.Output.JSON
                        ? Json.write(report) + System.lineSeparator()
                        : report.text());
        out.flush();
        return report.fits() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static Optional<String> uncounted(Artifacts artifacts, RunSpec run) {
        if (run.planOnly()) {
            return Optional.empty();
        }
        String dataset = run.distillation().dataset();
        return artifacts.isRemote(dataset)
                ? Optional.of(
                        "time and disk of preparation: how many images "
                                + dataset
                                + " has shows when it is fetched")
                : Optional.empty();
    }

    /** A missing weight is no obstacle to estimating a run by its configs, though to the run. */
    private RunEstimate estimate(
            Artifacts artifacts, RunSpec run, RunLimits limits, Path disk, List<Finding> findings) {
        try {
            return new RunEstimator(
                            artifacts, Workers.settings(), Workers.devices()::newManager, disk)
                    .estimate(run, limits);
        } catch (RuntimeException e) {
            if (findings.isEmpty()) {
                throw e;
            }
            throw new ParameterException(
                    spec.commandLine(),
                    findings.stream()
                            .map(Finding::text)
                            .collect(Collectors.joining(System.lineSeparator())),
                    e);
        }
    }

    /** What a gateway would answer to the request. */
    private static Optional<StageException> problem(
            Artifacts artifacts, RunSpec run, RunLimits limits, List<Finding> findings) {
        if (!findings.isEmpty()) {
            return Optional.of(findings.get(0).cause());
        }
        try {
            new RunFit(artifacts, limits).requireFits(run);
            return Optional.empty();
        } catch (StageException e) {
            return Optional.of(e);
        }
    }
}
