package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.GatewayStartingException;
import io.laptopdiff.standalone.follow.RunFollower;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Follows a run. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows a run's progress until it has ended, whoever asked for it. Outages of the gateway are waited for.",
            "On a terminal the bars are redrawn in place; elsewhere, and with NO_COLOR, a line tells every tenth.",
            ""
        })
final class WatchCommand implements Callable<Integer> {

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
            RunStatus status =
                    RunFollower.telling(client, s -> System.out.println(MessageJson.tree(s)))
                            .follow(runId);
            return RunFollower.exitCode(status);
        }
        boolean terminal = System.console() != null && System.getenv("NO_COLOR") == null;
        RunStatus status = new RunFollower(client, System.out, terminal).follow(runId);
        System.out.println();
        CompressCommand.print(client, status);
        return RunFollower.exitCode(status);
    }
}
