package io.laptopdiff.standalone.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RunTable;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists runs. */
@Command(
        name = "runs",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_UNABLE, ExitCodes.IS_REFUSED},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Lists the runs of a gateway, the newest first.", ""})
final class RunsCommand implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private GatewayOptions gateway;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description =
                    "Only of these: requested, scoring, planning, distilling, evaluating, finished, failed, cancelled.")
    private List<String> states = List.of();

    @Option(
            names = "--teacher",
            paramLabel = "TEXT",
            description = "Part of the teacher's location.")
    private String teacher;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--all", description = "All of them, page by page.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
        GatewayClient client = gateway.client();
        PrintWriter out = command.commandLine().getOut();
        List<JsonNode> runs = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = client.get(query(cursor));
            page.path("runs").forEach(runs::add);
            cursor = page.path("next").asText(null);
        } while (all && cursor != null);
        if (gateway.json()) {
            runs.forEach(out::println);
        } else {
            out.print(RunTable.of(runs));
        }
        out.flush();
        return 0;
    }

    private String query(String cursor) {
        StringBuilder query = new StringBuilder("runs?limit=" + limit);
        states.forEach(state -> query.append("&state=").append(encoded(state)));
        if (teacher != null) {
            query.append("&teacher=").append(encoded(teacher));
        }
        if (cursor != null) {
            query.append("&cursor=").append(encoded(cursor));
        }
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
