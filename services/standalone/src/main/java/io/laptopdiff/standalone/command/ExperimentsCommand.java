package io.laptopdiff.standalone.command;

import io.laptopdiff.experiments.Series;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import io.laptopdiff.experiments.design.MethodExperiments;
import io.laptopdiff.experiments.design.Scale;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.outcome.Outcomes;
import io.laptopdiff.experiments.report.MethodReport;
import io.laptopdiff.experiments.report.Results;
import io.laptopdiff.standalone.experiments.GatewayRuns;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.Terminal;
import io.laptopdiff.standalone.quickstart.QuickstartMaterial;
import io.laptopdiff.standalone.start.AllServices;
import io.laptopdiff.standalone.start.AllServicesSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tests the paper's claims on the bundled model. */
@Command(
        name = "experiments",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_PARTLY_FAILED
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tests the claims of LAPTOP-Diff on the bundled model and writes a report of tables and figures.",
            "Takes hours on two cores. What is done is kept: after a stop, the same command goes on.",
            ""
        })
final class ExperimentsCommand implements Callable<Integer> {

    @Mixin private AllServicesOptions services;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/benchmarks",
            description =
                    "Where method.md goes, and method/ with the outcomes (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions of everything, from seed 0 (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--only",
            paramLabel = "REGEX",
            defaultValue = ".*",
            description =
                    "Runs only the experiments whose whole name matches, such as 'search-.*-seed-0'.")
    private Pattern only;

    @Option(
            names = "--report-only",
            description = "Runs nothing: writes the report of the outcomes that are there.")
    private boolean reportOnly;

    @Override
    public Integer call() throws Exception {
        AllServicesSettings settings = services.settings(0, false);
        QuickstartMaterial shapes = QuickstartMaterial.below(settings.data());
        Material material =
                new Material(shapes.model(), shapes.scorer(), shapes.training(), shapes.heldOut());
        List<Experiment> all = new ArrayList<>();
        for (long seed = 0; seed < seeds; seed++) {
            all.addAll(new MethodExperiments(material, Scale.FULL).of(seed));
        }
        List<Experiment> wanted =
                all.stream().filter(e -> only.matcher(e.name()).matches()).toList();
        Outcomes outcomes = new Outcomes(out.resolve("method"));
        int exit = reportOnly ? 0 : run(settings, outcomes, wanted, material);
        report(outcomes, all, material);
        return exit;
    }

    private static int run(
            AllServicesSettings settings,
            Outcomes outcomes,
            List<Experiment> wanted,
            Material material)
            throws IOException {
        return AllServices.open(
                settings,
                (gateway, kafka) -> {
                    GatewayClient client = new GatewayClient(gateway);
                    RunFollower follower =
                            new RunFollower(
                                    client, new PrintWriter(System.out, true), Terminal.redraws());
                    Series series =
                            new Series(
                                    new GatewayRuns(gateway, client, follower),
                                    outcomes,
                                    settings.data().resolve("experiments"),
                                    System.out);
                    return series.run(wanted, material) == 0 ? 0 : ExitCodes.FAILED;
                });
    }

    /** Reports on what is there; an outcome of other weights or another request does not count. */
    private void report(Outcomes outcomes, List<Experiment> all, Material material)
            throws IOException {
        List<Outcome> there = new ArrayList<>();
        for (Experiment experiment : all) {
            String digest = Outcomes.digest(experiment, material);
            outcomes.find(experiment.name())
                    .filter(outcome -> outcome.digest().equals(digest))
                    .ifPresent(there::add);
        }
        new MethodReport(Scale.FULL).write(new Results(there), all.size(), out);
        System.out.println("report: " + out.resolve("method.md"));
    }
}
