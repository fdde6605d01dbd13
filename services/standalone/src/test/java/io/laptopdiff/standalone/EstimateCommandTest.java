package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateCommandTest extends TypedCommands {

    @TempDir private Path home;

    @BeforeEach
    void writeMaterial() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("teacher/tokenizer"), 3);
    }

    private int estimate(String options) {
        String command =
                "estimate --model %1$s/teacher --train %1$s/images --held-out %1$s/images --scorer %1$s/clip"
                        .formatted(home);
        return run((command + " --ratio 0.5 --steps 10 " + options).split(" +"));
    }

    @Test
    void shouldPrintTheWholeEstimateAsJson() {
        assertThat(estimate("--output json")).isZero();
        JsonNode estimate = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(estimate.path("stages"))
                .extracting(stage -> stage.path("stage").asText())
                .containsExactly(
                        "scoring", "preparation", "distillation ratio-0.5", "evaluation ratio-0.5");
        double seconds = 0;
        for (JsonNode stage : estimate.path("stages")) {
            assertThat(stage.path("memoryBytes").asLong()).isPositive();
            assertThat(stage.path("diskBytes").isIntegralNumber()).isTrue();
            seconds += stage.path("seconds").asDouble();
        }
        assertThat(estimate.path("seconds").asDouble()).isPositive().isEqualTo(seconds);
        assertThat(estimate.path("memoryBytes").asLong())
                .isPositive()
                .isLessThan(estimate.path("machineMemoryBytes").asLong());
        assertThat(estimate.path("diskBytes").asLong())
                .isPositive()
                .isLessThan(estimate.path("machineDiskBytes").asLong());
        assertThat(estimate.path("fits").asBoolean()).isTrue();
        assertThat(estimate.has("howToFit")).isFalse();
    }

    @Test
    void shouldSayWhatDoesNotFitAndTheWayOut() {
        assertThat(estimate("--output json --batch-size 500000")).isEqualTo(3);
        JsonNode estimate = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(estimate.path("fits").asBoolean(true)).isFalse();
        assertThat(estimate.path("howToFit").asText()).contains("--batch-size");
    }

    @Test
    void shouldPrintATableForPeople() {
        assertThat(estimate("")).isZero();
        assertThat(out.toString())
                .containsPattern("distillation ratio-0.5 +[0-9.]+ [MG]B +\\d+:\\d\\d min")
                .contains("the run ", "this machine has");
    }
}
