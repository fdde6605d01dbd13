package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.GatewayStartingException;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.Terminal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a run. */
@Command(
        name = "watch",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_FINISHED,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_REFUSED,
            ExitCodes.IS_FAILED,
            ExitCodes.IS_CANCELLED,
            ExitCodes.IS_NOT_APPLICABLE
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows a run's progress until it has ended, whoever asked for it. Outages of the gateway are waited for.",
            "On a terminal the bars are redrawn in place; elsewhere, and with NO_COLOR, a line tells every tenth.",
            ""
        })
final class WatchCommand implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private GatewayOptions gateway;

    @Parameters(paramLabel = "RUN", description = "Its id.")
    private String runId;

    @Override
    public Integer call() throws Exception {
        GatewayClient client = gateway.client();
        try {
            client.get("runs/" + GatewayClient.name(runId)); // a wrong id or address: at once
        } catch (GatewayStartingException e) {
            // the follower waits for it
        }
        if (gateway.json()) {
            RunStatus status = RunFollower.telling(client, this::print).follow(runId);
            return ExitCodes.of(status);
        }
        PrintWriter out = command.commandLine().getOut();
        RunStatus status = new RunFollower(client, out, Terminal.redraws()).follow(runId);
        out.println();
        CompressCommand.print(status, out);
        return ExitCodes.of(status);
    }

    /** A reader at the other end of a pipe sees it at once. */
    private void print(RunStatus status) {
        PrintWriter out = command.commandLine().getOut();
        out.println(MessageJson.tree(status));
        out.flush();
    }
}
