package io.laptopdiff.standalone.command;

import io.laptopdiff.standalone.start.AllServices;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts all services and waits. */
@Command(
        name = "serve",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_UNABLE, ExitCodes.IS_WRONG},
        mixinStandardHelpOptions = true,
        description =
                "Starts the embedded Kafka broker and every service, and waits for runs until it is stopped.",
        footer = {
            "",
            "Ask for a run:  curl -X POST -H 'Content-Type: application/json' -d @run.json"
                    + " http://127.0.0.1:8080/api/v1/runs",
            "Follow it:      curl -N http://127.0.0.1:8080/api/v1/runs/RUN_ID/events"
        })
final class ServeCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT = 8080;

    @Mixin private AllServicesOptions services;

    @Override
    public Integer call() throws Exception {
        return AllServices.open(
                services.settings(DEFAULT_PORT, true),
                (gateway, kafka) -> {
                    System.out.println("gateway: " + gateway + "/api/v1/runs");
                    System.out.println("kafka:   " + kafka);
                    Quarkus.waitForExit();
                    return 0;
                });
    }
}
