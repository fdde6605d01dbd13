package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
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
        return estimateOn(home + "/images", options);
    }

    private int estimateOn(String train, String options) {
        String command =
                "estimate --model %1$s/teacher --train %2$s --held-out %1$s/images --scorer %1$s/clip"
                        .formatted(home, train);
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
        // The report adds with compensation (DoubleStream.sum), this test without: the last bits
        // may differ.
        assertThat(estimate.path("seconds").asDouble())
                .isPositive()
                .isCloseTo(seconds, within(1e-12 * seconds));
        assertThat(estimate.path("memoryBytes").asLong())
                .isPositive()
                .isLessThan(estimate.path("machineMemoryBytes").asLong());
        assertThat(estimate.path("diskBytes").asLong())
                .isPositive()
                .isLessThan(estimate.path("machineDiskBytes").asLong());
        assertThat(estimate.path("fits").asBoolean()).isTrue();
        assertThat(estimate.has("howToFit")).isFalse();
    }

    /** The advice is the gateway's: followed, the run fits. */
    @Test
    void shouldSayWhatDoesNotFitAndTheWayOut() {
        assertThat(estimate("--output json --batch-size 524288")).isEqualTo(3);
        JsonNode estimate = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(estimate.path("fits").asBoolean(true)).isFalse();
        assertThat(estimate.path("problem").asText())
                .contains("it may take", "distillation of ratio-0.5");
        Matcher advice =
                Pattern.compile("distillation.batchSize to (\\d+)")
                        .matcher(estimate.path("howToFit").asText());
        assertThat(advice.find()).isTrue();
        assertThat(
                        estimate(
                                "--teacher-precision bf16 --gradient-checkpointing --batch-size "
                                        + advice.group(1)))
                .isZero();
    }

    @Test
    void shouldHoldItAgainstTheMemoryThatItMayTake() {
        assertThat(estimate("--memory 100M")).isEqualTo(3);
        assertThat(out.toString()).contains("the run would be refused: ", "it may take 105 MB");
    }

    /** As the run itself and a dry run would, with the exit code of compress. */
    @Test
    void shouldSayEverythingThatTheRunWouldBeRefusedFor() throws IOException {
        Files.delete(home.resolve("teacher/vae/diffusion_pytorch_model.safetensors"));
        Files.write(home.resolve("images/000001.png"), new byte[9]);
        assertThat(estimate("")).isEqualTo(2);
        assertThat(err.toString())
                .contains("teacher: ", "teacher/vae", "evaluation.dataset: ", "000001.png");
        assertThat(out.toString()).isEmpty();
        Files.writeString(home.resolve("teacher/unet/config.json"), "{");
        assertThat(estimate("")).isEqualTo(2);
        assertThat(err.toString()).contains("teacher: ", "unet/config.json");
    }

    @Test
    void shouldTakeADirectoryWhoseNameLooksLikeARangeForWhatItIs() throws IOException {
        Path images = home.resolve("images-{1..2}");
        TinyTeacher.writeImages(images, 4, 2);
        assertThat(estimateOn(images.toString(), "")).isZero();
        assertThat(estimateOn(home + "/none-{1..2}.tar", "")).isEqualTo(2);
        assertThat(err.toString()).contains("none-1.tar");
    }

    @Test
    void shouldNameTheSchemeThatNobodyKnows() {
        assertThat(estimateOn("s3://bucket/images.tar", "")).isEqualTo(2);
        assertThat(err.toString())
                .contains("distillation.dataset", "no source for the scheme 's3'");
    }

    @AfterEach
    void clearMemory() {
        for (String stage : new String[] {"scoring", "distillation", "evaluation"}) {
            System.clearProperty("laptopdiff." + stage + ".memory");
        }
    }

    /** Nothing is fetched to estimate it. */
    @Test
    void shouldLeaveOutWhatOnlyFetchingTells() {
        assertThat(estimateOn("https://localhost:1/{0000..0127}.tar", "")).isZero();
        assertThat(out.toString())
                .contains("not counted: time and disk of preparation: how many images https:");
    }

    @Test
    void shouldNameWorkerSettingsThatCannotBe() {
        System.setProperty("laptopdiff.scoring.together", "0");
        try {
            assertThat(estimate("")).isNotZero();
            assertThat(err.toString()).contains("laptopdiff.scoring.together = 0: it must be");
        } finally {
            System.clearProperty("laptopdiff.scoring.together");
        }
    }

    @Test
    void shouldPrintATableForPeople() {
        assertThat(estimate("")).isZero();
        assertThat(out.toString())
                .containsPattern("distillation ratio-0.5 +[0-9.]+ [MG]B +\\d+:\\d\\d min")
                .contains("the run ", "this machine has");
    }
}
