package io.laptopdiff.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.standalone.compress.RequestOptions;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RefusedException;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.Terminal;
import io.laptopdiff.standalone.start.AllServices;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A run that a command asks for, and what is printed when it has ended. */
final class AskedRun {

    private final CommandSpec command;
    private final RunSpec run;
    private final PlaceOptions place;

    /** What is told of a run that has ended. */
    @FunctionalInterface
    interface Outcome {

        /** Prints the outcome for people. */
        void print(GatewayClient gateway, RunStatus status);

        /** Returns the outcome for programs: the status. */
        default JsonNode json(GatewayClient gateway, RunStatus status) {
            return MessageJson.tree(status);
        }
    }

    private AskedRun(CommandSpec command, RunSpec run, PlaceOptions place) {
        this.command = command;
        this.run = run;
        this.place = place;
    }

    /**
     * @param place where it is met; material of this process must lie on this machine
     * @throws CommandLine.ParameterException in one line: which option, file or field, and the way
     *     out
     */
    static AskedRun of(CommandSpec command, RequestOptions request, PlaceOptions place) {
        try {
            return new AskedRun(command, request.read(place.gateway() == null), place);
        } catch (RuntimeException e) {
            throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Asks the gateway, or this process with all services if there is none.
     *
     * @param follow whether to wait for the end on a gateway
     * @return the exit code
     */
    int run(boolean follow, Outcome outcome) throws Exception {
        if (place.gateway() != null) {
            return ask(place.gateway(), follow, outcome);
        }
        return AllServices.open(
                place.services().settings(0, false), (own, kafka) -> ask(own, true, outcome));
    }

    private int ask(URI gateway, boolean follow, Outcome outcome) throws Exception {
        GatewayClient client = new GatewayClient(gateway);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        PrintWriter progress = place.json() ? err : out;
        String runId;
        try {
            runId =
                    place.gateway() == null
                            ? place.unfinished().begin(client, run, progress)
                            : client.create(run);
        } catch (RefusedException e) {
            err.println("laptop-diff " + command.name() + ": refused: " + e.getMessage());
            return ExitCodes.of(e);
        }
        progress.println("run " + runId);
        progress.flush();
        if (!follow) {
            if (place.json()) {
                out.println(client.get("runs/" + runId));
            }
            return 0;
        }
        RunStatus status = new RunFollower(client, progress, Terminal.redraws()).follow(runId);
        if (place.json()) {
            out.println(outcome.json(client, status));
        } else {
            out.println();
            outcome.print(client, status);
        }
        if (place.gateway() == null) {
            printPeak(progress);
        }
        out.flush();
        return ExitCodes.of(status);
    }

    private static void printPeak(PrintWriter out) {
        long bytes = new MachineMemory().peakResident();
        if (bytes > 0) {
            out.printf(Locale.ROOT, "%npeak resident memory: %.2f GB%n", bytes / 1e9);
        }
    }
}
