package io.laptopdiff.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.standalone.compress.PlanRequest;
import io.laptopdiff.standalone.follow.FrontierTable;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.PlanTable;
import io.laptopdiff.standalone.follow.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Scores the user's own checkpoint and plans what to remove, and leaves it at that. */
@Command(
        name = "plan",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_FINISHED,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_REFUSED,
            ExitCodes.IS_FAILED_OR_LARGE,
            ExitCodes.IS_CANCELLED
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Scores a checkpoint's units and plans which to remove for each ratio; nothing is trained.",
            "Scores are kept: compress with the same calibration and seed begins from them.",
            ""
        },
        footer = {
            "",
            "Example: three sizes, scored on 64 captioned images in bfloat16:",
            "  laptop-diff plan --model sdxl --ratio 0.3,0.5,0.7 --calibration photos --samples 64 \\",
            "    --precision bf16"
        })
final class PlanCommand implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private PlaceOptions place;

    @Mixin private PlanRequest request;

    @Override
    public Integer call() throws Exception {
        return AskedRun.of(command, request, place).run(true, new Plans());
    }

    /** The plans, and the frontier that they are points of. */
    private final class Plans implements AskedRun.Outcome {

        @Override
        public void print(GatewayClient gateway, RunStatus status) {
            PrintWriter out = command.commandLine().getOut();
            out.print(PlanTable.of(status));
            String frontier = frontier(gateway, status).map(FrontierTable::of).orElse("");
            out.print(frontier.isEmpty() ? "" : "\n" + frontier);
            out.flush();
        }

        /** The status, with the frontier beside its fields. */
        @Override
        public JsonNode json(GatewayClient gateway, RunStatus status) {
            ObjectNode all = MessageJson.tree(status).deepCopy();
            frontier(gateway, status).ifPresent(frontier -> all.set("frontier", frontier));
            return all;
        }
    }

    /** Returns the frontier; empty where there is none, or nobody can tell. */
    private Optional<JsonNode> frontier(GatewayClient gateway, RunStatus status) {
        try {
            return Optional.of(gateway.get("runs/" + status.runId() + "/frontier"));
        } catch (RefusedException e) {
            if (!e.isOfState()) { // a run that failed before its plans has none
                warn(e, status);
            }
        } catch (IOException e) {
            warn(e, status);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /** The plans are there already, so that the command has done what it was asked for. */
    private void warn(Exception cause, RunStatus status) {
        command.commandLine()
                .getErr()
                .println(
                        "laptop-diff plan: the frontier is left out, for the gateway could not give it: "
                                + (cause.getMessage() == null ? cause : cause.getMessage())
                                + "; ask again at /api/v1/runs/"
                                + status.runId()
                                + "/frontier");
    }
}
