package io.laptopdiff.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The top command: says what there is. */
@Command(
        name = "laptop-diff",
        mixinStandardHelpOptions = true,
        version = "laptop-diff 0.1.0",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_REFUSED,
            ExitCodes.IS_FAILED_OR_LARGE,
            ExitCodes.IS_CANCELLED,
            ExitCodes.IS_NOT_APPLICABLE
        },
        subcommands = {
            QuickstartCommand.class,
            CompressCommand.class,
            PlanCommand.class,
            EstimateCommand.class,
            DoctorCommand.class,
            ServeCommand.class,
            RunsCommand.class,
            WatchCommand.class,
            RunCommands.Compare.class,
            RunCommands.Cancel.class,
            RunCommands.Retry.class,
            RunCommands.Delete.class,
            RunCommands.Completion.class,
            FabricateCommand.class,
            ExperimentsCommand.class,
            BenchCommand.class,
            StreamsBenchCommand.class
        },
        description = {
            "Makes the U-Net of a Stable Diffusion checkpoint smaller: scores every layer by what removing it does to the"
                    + " output, chooses the layers to remove as a knapsack, and distils the rest from the original.",
            ""
        },
        footer = {
            "",
            "Start with:  laptop-diff quickstart",
            "Then:        laptop-diff compress --help"
        })
public final class LaptopDiff implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCodes.REFUSED;
    }
}
