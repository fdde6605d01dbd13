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
            ExitCodes.IS_WRONG_OR_UNUSABLE,
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
        ArtifactStore store = new ArtifactStore(results);
        Artifacts artifacts = Artifacts.of(store);
        requireUsable(run, artifacts, store);
        RunLimits limits = Workers.limits(results);
        RunEstimate estimate =
                new RunEstimator(
                                artifacts,
                                Workers.settings(),
                                Workers.devices()::newManager,
                                Disk.nearest(results))
                        .estimate(run, limits);
        EstimateReport report =
                EstimateReport.of(
                        estimate,
                        limits,
                        problem(artifacts, run, limits),
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

    /**
     * Refuses a run that would be refused later, of which nothing is measured; compress ends in the
     * same way.
     */
    private void requireUsable(RunSpec run, Artifacts artifacts, ArtifactStore store) {
        List<Finding> findings = RunCheck.ofThisMachine(artifacts, store).findings(run);
        if (!findings.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    findings.stream()
                            .map(Finding::text)
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        if (RunOutlook.needsFetching(run, artifacts)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "models are estimated by their configs, and one of these would have to be fetched: name directories of this machine");
        }
    }

    /** Returns what a gateway would answer to the request. */
    private static Optional<StageException> problem(
            Artifacts artifacts, RunSpec run, RunLimits limits) {
        try {
            Workers.requireEngine();
            new RunFit(artifacts, limits).requireFits(run);
            return Optional.empty();
        } catch (StageException e) {
            return Optional.of(e);
        }
    }
}
