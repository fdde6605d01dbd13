package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.engine.Operator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest extends TypedCommands {

    @TempDir private Path home;

    private int doctor(String options) {
        return run(("doctor --data " + home + "/data " + options).split(" +"));
    }

    private JsonNode json() {
        assertThat(out.toString().lines()).hasSize(1);
        return Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> texts(JsonNode array, String field) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.path(field).asText()));
        return texts;
    }

    @Test
    void shouldEndWithThreeWhereThereAreFindings() {
        int code = doctor("--output json --port 0");
        assertThat(code).isEqualTo(json().path("findings").isEmpty() ? 0 : 3);
    }

    @Test
    void shouldTellOfTheMachine() {
        doctor("--output json --port 0");
        JsonNode report = json();
        assertThat(report.path("version").asText()).isEqualTo("0.1.0");
        assertThat(report.at("/processor/model").asText()).isNotBlank();
        assertThat(report.at("/processor/processors").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(report.at("/memory/totalBytes").asLong())
                .isGreaterThan(report.at("/memory/availableBytes").asLong());
        assertThat(report.at("/system/java").asText()).contains(Runtime.version().toString());
        assertThat(texts(report.path("directories"), "use"))
                .contains("data", "PyTorch's libraries", "kept self-checks");
        assertThat(report.has("withoutEngine")).isFalse();
    }

    @Test
    void shouldShowTheSelfChecksTableAndTheChosenForms() {
        doctor("--output json --port 0");
        JsonNode engine = json().path("engine");
        assertThat(engine.path("libtorch").asText()).startsWith("2.");
        List<String> chosen = new ArrayList<>();
        engine.path("operators")
                .forEach(
                        form -> {
                            if (form.path("chosen").asBoolean()) {
                                chosen.add(form.path("operator").asText());
                                assertThat(form.path("right").asBoolean()).isTrue();
                                assertThat(form.path("error").asDouble())
                                        .isLessThanOrEqualTo(form.path("tolerance").asDouble());
                            }
                        });
        assertThat(chosen).hasSize(Operator.values().length);
    }

    @Test
    void shouldFindAPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(doctor("--output json --port " + taken.getLocalPort())).isEqualTo(3);
            assertThat(texts(json().path("findings"), "what"))
                    .contains("Somebody listens at port " + taken.getLocalPort());
        }
    }

    @Test
    void shouldPrintAPageForPeople() {
        doctor("--port 0");
        assertThat(out.toString())
                .containsPattern("(?m)^processor +\\S")
                .containsPattern("(?m)^libtorch +2\\.")
                .containsPattern("(?m)^  linear layer, fp32 .* GFLOP/s +chosen$")
                .containsPattern("(?m)^(no findings|findings: \\d+)$");
        assertThat(home.resolve("data")).as("what it only looks at").doesNotExist();
    }
}
