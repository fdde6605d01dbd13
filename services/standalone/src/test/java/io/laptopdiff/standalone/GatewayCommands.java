package io.laptopdiff.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.standalone.follow.ScriptedGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Commands that talk to a gateway which gives the answers of a script. */
abstract class GatewayCommands extends TypedCommands {

    /** Of commands that ask for a run; with a gateway, nobody looks whether these are there. */
    static final String COMPRESS =
            "compress --model /m --train /t --held-out /h --scorer /s --ratio 0.5";

    static final String PLAN = "plan --model /m --calibration /t --ratio 0.5";

    ScriptedGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new ScriptedGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** Executes a command line on the gateway; gives its exit code. */
    int ask(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--gateway=" + gateway.address());
        return run(all.toArray(String[]::new));
    }

    static String status(String state) {
        return """
               {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "%s",
                "failures": [], "variants": []}
               """
                .formatted(state);
    }

    /** What was printed, a document a line; whatever is none fails. */
    List<JsonNode> documents() {
        return out.toString()
                .lines()
                .map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
