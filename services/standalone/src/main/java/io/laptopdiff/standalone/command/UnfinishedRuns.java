package io.laptopdiff.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.standalone.follow.GatewayClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Option;

/**
 * What becomes of runs that an earlier process left in this data directory: they go on as soon as
 * the services start, so that whoever starts them is told.
 */
final class UnfinishedRuns {

    @Option(
            names = "--cancel-unfinished",
            description =
                    "Cancels runs that were left unfinished in --data and begins anew. Without it, they go on, and the same request takes up its own run again.")
    private boolean cancel;

    /**
     * The id of the run to follow: one that was left and asked for in the same way, or a new one.
     *
     * @throws io.laptopdiff.standalone.follow.RefusedException if the gateway refuses the request
     */
    String begin(GatewayClient client, RunSpec spec, PrintWriter out)
            throws IOException, InterruptedException {
        String same = null;
        for (JsonNode run : client.unfinished()) {
            String runId = run.path("runId").asText();
            String state = run.path("state").asText().toLowerCase(Locale.ROOT);
            if (cancel) {
                client.post("runs/" + GatewayClient.name(runId) + "/cancel");
                out.printf("run %s was left unfinished (%s) and is cancelled%n", runId, state);
            } else if (same == null && client.isRunOf(runId, spec)) {
                same = runId;
                out.printf(
                        "run %s of this request was left unfinished (%s) and goes on;"
                                + " --cancel-unfinished begins a new one%n",
                        runId, state);
            } else {
                out.printf(
                        "run %s of another request was left unfinished (%s) and goes on first;"
                                + " --cancel-unfinished cancels it%n",
                        runId, state);
            }
        }
        out.flush();
        return same == null ? client.create(spec) : same;
    }
}
