package io.laptopdiff.gateway.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.RunOutlook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {

    @TempDir Path home;

    private static RunSpec spec(String location) {
        return Json.read(
                """
                {"teacher": "%1$s", "calibration": {"prompts": "%1$s"}, "variants": [{"ratio": 0.5}],
                 "distillation": {"dataset": "%1$s"},
                 "evaluation": {"scorer": "%1$s", "dataset": "%1$s", "promptList": "%1$s"}}"""
                        .formatted(location),
                RunSpec.class);
    }

    /** Else whoever asks for a run chooses whom the gateway talks to. */
    @Test
    void shouldAskNoOtherServer() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    exchange.sendResponseHeaders(404, -1);
                    exchange.close();
                });
        server.start();
        try {
            RunSpec spec =
                    spec("http://127.0.0.1:" + server.getAddress().getPort() + "/secret.tar");
            Artifacts artifacts = Artifacts.of(new ArtifactStore(home));
            Locations.Found found = Locations.look(spec, artifacts);
            assertThat(found.problems())
                    .as("directories, which cannot be fetched by anyone")
                    .extracting(FieldProblem::field)
                    .containsExactly("evaluation.scorer", "evaluation.dataset");
            assertThat(found.spec()).isEqualTo(spec);
            assertThat(RunOutlook.needsFetching(spec, artifacts)).isTrue();
            assertThat(asked).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    /** The scorer tells which units matter, and so is located even where plans are all. */
    @Test
    void shouldLocateTheScorerOfPlansThatGoByIt() {
        ObjectNode request = (ObjectNode) Json.tree(spec("no/where"));
        request.put("planOnly", true);
        request.putObject("scoring").putArray("criteria").add("output-loss").add("clip-score");
        assertThat(
                        Locations.look(Json.read(request, RunSpec.class), Artifacts.ofFiles())
                                .problems())
                .extracting(FieldProblem::field)
                .containsExactlyInAnyOrder("teacher", "calibration.prompts", "evaluation.scorer");
    }

    @Test
    void shouldNameWhatIsNotThere() {
        assertThat(Locations.look(spec("no/where"), Artifacts.ofFiles()).problems())
                .extracting(FieldProblem::field)
                .containsExactlyInAnyOrder(
                        "teacher",
                        "calibration.prompts",
                        "distillation.dataset",
                        "evaluation.scorer",
                        "evaluation.dataset",
                        "evaluation.promptList");
    }
}
