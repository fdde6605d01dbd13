package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.standalone.compress.RequestOptions;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RefusedException;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.start.House;
import java.io.PrintStream;
import java.net.URI;
import java.util.Locale;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A run that a command asks for, and what is printed when it has ended. */
final class AskedRun {

    private final String command;
    private final RunSpec run;
    private final PlaceOptions place;

    private AskedRun(String command, RunSpec run, PlaceOptions place) {
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
            return new AskedRun(command.name(), request.read(place.gateway() == null), place);
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
        PrintStream progress = place.json() ? System.err : System.out;
        String runId;
        try {
            runId = client.create(run);
        } catch (RefusedException e) {
            System.err.println("laptop-diff " + command + ": refused: " + e.getMessage());
            return e.doesNotFit() ? EstimateCommand.DOES_NOT_FIT : CommandLine.ExitCode.USAGE;
        }
        progress.println("run " + runId);
        if (!follow) {
            if (place.json()) {
                System.out.println(client.get("runs/" + runId));
            }
            return 0;
        }
        boolean terminal = System.console() != null && System.getenv("NO_COLOR") == null;
        RunStatus status = new RunFollower(client, progress, terminal).follow(runId);
        if (place.json()) {
            System.out.println(MessageJson.tree(status));
        } else {
            System.out.println();
            result.accept(client, status);
        }
        if (place.gateway() == null) {
            printPeak(progress);
        }
        return RunFollower.exitCode(status);
    }

    private static void printPeak(PrintStream out) {
        long bytes = new MachineMemory().peakResident();
        if (bytes > 0) {
            out.printf(Locale.ROOT, "%npeak resident memory: %.2f GB%n", bytes / 1e9);
        }
    }
}
