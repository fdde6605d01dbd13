package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.Heartbeat;
import io.laptopdiff.standalone.follow.RefusedException;
import io.laptopdiff.standalone.follow.ResultTable;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.follow.Terminal;
import io.laptopdiff.standalone.quickstart.QuickstartMaterial;
import io.laptopdiff.standalone.quickstart.QuickstartRequest;
import io.laptopdiff.standalone.start.AllServices;
import io.laptopdiff.standalone.start.AllServicesSettings;
import java.io.PrintWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compresses the bundled model while the user watches. */
@Command(
        name = "quickstart",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_FINISHED,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_FAILED,
            ExitCodes.IS_CANCELLED
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compresses the bundled text-to-image model 'shapes' on this machine: scores its 38 layers, plans, distils our"
                    + " student and a handcrafted one with the same budget, draws with all three and compares them.",
            "Takes a few minutes on two cores; nothing is downloaded.",
            ""
        })
final class QuickstartCommand implements Callable<Integer> {

    @Mixin private AllServicesOptions services;
    @Mixin private UnfinishedRuns unfinished;

    @Option(
            names = "--ratio",
            paramLabel = "R",
            defaultValue = "0.5",
            description =
                    "Share of the U-Net's parameters that our student loses (default: ${DEFAULT-VALUE}).")
    private double ratio;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "150",
            description = "Distillation steps of each student (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--prompts",
            paramLabel = "N",
            defaultValue = "64",
            description = "Captions to draw and judge (default: ${DEFAULT-VALUE}).")
    private int prompts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of everything that is random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        AllServicesSettings settings = services.settings(0, false);
        System.out.println(
                "laptop-diff quickstart: starting an embedded Kafka broker and five services");
        System.out.println("  log: " + settings.data().resolve("laptop-diff.log"));
        try (Heartbeat heartbeat = new Heartbeat(new PrintWriter(System.out, true))) {
            heartbeat.doing("drawing images to train on and to judge by");
            QuickstartMaterial material = QuickstartMaterial.below(settings.data());
            RunSpec run = QuickstartRequest.of(material, ratio, steps, prompts, seed);
            heartbeat.doing("starting the services");
            return AllServices.open(
                    settings,
                    (gateway, kafka) -> {
                        heartbeat.close();
                        return compress(gateway, kafka, run);
                    });
        }
    }

    private int compress(URI gateway, String kafka, RunSpec run) throws Exception {
        System.out.println("  gateway: " + gateway + "/api/v1/runs   kafka: " + kafka);
        GatewayClient client = new GatewayClient(gateway);
        String runId;
        try {
            runId = unfinished.begin(client, run, new PrintWriter(System.out, true));
        } catch (RefusedException e) {
            System.err.println("laptop-diff quickstart: refused: " + e.getMessage());
            return ExitCodes.of(e);
        }
        System.out.println("  run: " + runId);
        System.out.println();
        RunStatus status =
                new RunFollower(client, new PrintWriter(System.out, true), Terminal.redraws())
                        .follow(runId);
        System.out.println();
        System.out.print(ResultTable.of(status));
        System.out.println();
        places(status).forEach((name, place) -> System.out.println("  " + name + ": " + place));
        return ExitCodes.of(status);
    }

    /** The run's report and sheet once, and every student. */
    private static Map<String, String> places(RunStatus status) {
        Map<String, String> places = new LinkedHashMap<>();
        for (VariantStatus variant : status.variants()) {
            put(places, "report", variant.artifacts().get("report"));
            put(places, "images", variant.artifacts().get("run-sheet"));
        }
        status.variants()
                .forEach(variant -> put(places, "student " + variant.name(), variant.student()));
        return places;
    }

    private static void put(Map<String, String> places, String name, String location) {
        if (location != null) {
            places.put(name, location.replaceFirst("^file:/+", "/"));
        }
    }
}
