package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.standalone.compress.RequestOptions;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RefusedException;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.Terminal;
import io.laptopdiff.standalone.start.House;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A run that a command asks for, and what is printed when it has ended. */
final class AskedRun {

    private final CommandSpec command;
    private final RunSpec run;
    private final PlaceOptions place;

    private AskedRun(CommandSpec command, RunSpec run, PlaceOptions place) {
        this.command = command;
        this.run = run;
        this.place = place;
    }

    /**
     * @param place where it is met; material of its own house must lie on this machine
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
     * Asks the gateway, or this process's own house if there is none.
     *
     * @param follow whether to wait for the end on a gateway
     * @param result prints what came out
     * @return the exit code
     */
    int run(boolean follow, BiConsumer<GatewayClient, RunStatus> result) throws Exception {
        if (place.gateway() != null) {
            return ask(place.gateway(), follow, result);
        }
        return House.open(place.house().settings(0, false), (own, kafka) -> ask(own, true, result));
    }

    private int ask(URI gateway, boolean follow, BiConsumer<GatewayClient, RunStatus> result)
            throws Exception {
        GatewayClient client = new GatewayClient(gateway);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        PrintWriter progress = place.json() ? err : out;
        String runId;
        try {
            runId = client.create(run);
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
            out.println(MessageJson.tree(status));
        } else {
            out.println();
            result.accept(client, status);
        }
        if (place.gateway() == null) {
            printPeak(progress);
        }
        out.flush();
        return RunFollower.exitCode(status);
    }

    private static void printPeak(PrintWriter out) {
        long bytes = new MachineMemory().peakResident();
        if (bytes > 0) {
            out.printf(Locale.ROOT, "%npeak resident memory: %.2f GB%n", bytes / 1e9);
        }
    }
}
