package io.laptopdiff.standalone.command;

import io.laptopdiff.standalone.follow.GatewayClient;
import java.net.URI;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options that say which gateway a command talks to, and how it tells what came out. */
final class GatewayOptions {

    /** How results are printed. */
    enum Output {
        TEXT,
        JSON;

        /** Returns the name as people type it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            defaultValue = "${env:LAPTOPDIFF_GATEWAY:-http://localhost:8080}",
            description =
                    "The gateway (default: the environment's LAPTOPDIFF_GATEWAY, else http://localhost:8080).")
    private URI gateway;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, or json for programs (default: ${DEFAULT-VALUE}).")
    private Output output;

    GatewayClient client() {
        return new GatewayClient(gateway);
    }

    boolean json() {
        return output == Output.JSON;
    }
}
