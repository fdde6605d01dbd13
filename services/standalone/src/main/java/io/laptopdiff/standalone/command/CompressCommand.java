package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.standalone.compress.CompressRequest;
import io.laptopdiff.standalone.follow.DeclineTable;
import io.laptopdiff.standalone.follow.PlanTable;
import io.laptopdiff.standalone.follow.ResultTable;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compresses the user's own checkpoint, in this process or on a running gateway. */
@Command(
        name = "compress",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_FINISHED,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_REFUSED,
            ExitCodes.IS_FAILED_OR_LARGE,
            ExitCodes.IS_CANCELLED,
            ExitCodes.IS_NOT_APPLICABLE
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Scores, plans, distils and evaluates the U-Net of a Stable Diffusion checkpoint.",
            "Without --gateway, broker and services run in this process until the run has ended.",
            ""
        },
        footer = {
            "",
            "A data directory holds images and a metadata.jsonl with a line per image:",
            "  {\"file_name\": \"0001.png\", \"text\": \"a small red circle on a blue background\"}",
            "",
            "Example: half the parameters, against the handcrafted BK-SDM Base of the same teacher:",
            "  laptop-diff compress --model sd15 --ratio 0.5 --handcrafted bk-base --train photos \\",
            "    --held-out more-photos --scorer clip-vit-large-patch14 --steps 20000",
            "",
            "Example: a request from a file, with other seeds:",
            "  laptop-diff compress --spec run.json --seed 1"
        })
final class CompressCommand implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private PlaceOptions place;

    @Option(
            names = "--follow",
            description =
                    "With --gateway: shows the progress until the run has ended, instead of only its id.")
    private boolean follow;

    @Mixin private CompressRequest request;

    @Override
    public Integer call() throws Exception {
        return AskedRun.of(command, request, place)
                .run(follow, (gateway, status) -> print(status, command.commandLine().getOut()));
    }

    /** Prints what came out of a run. */
    static void print(RunStatus status, PrintWriter out) {
        out.print(PlanTable.of(status));
        out.println();
        out.print(ResultTable.of(status));
        out.println();
        out.print(DeclineTable.of(status));
        status.variants().stream()
                .filter(variant -> variant.student() != null)
                .forEach(
                        variant ->
                                out.println(
                                        "student " + variant.name() + ": " + variant.student()));
        out.flush();
    }
}
