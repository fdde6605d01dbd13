package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest extends TypedCommands {

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "quickstart ", "compress ", "plan ", "serve "})
    void shouldTeachWhatACommandDoes(String command) {
        assertThat(run((command + "--help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: laptop-diff").contains("-h, --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ratio 1.5 | ratio",
                "--ratio 0 | ratio",
                "--ratio half | --ratio",
                "--handcrafted bk-huge | handcrafted",
                "'' | --ratio",
                "--ratio 0.5 --steps 0 | steps",
                "--ratio 0.5 --feature-normalization l3 | squared-l2",
                "--ratio 0.5 --spec nonesuch.json | --spec: there is no file",
                "--ratio 0.5 --gate beauty=5 | evaluation.gates[0].score",
                "--ratio 0.5 --criterion best | variants[0].criterion",
                "--ratio 0.5 --candidates 3 --iterative | variants[0].candidates",
                "--ratio 0.5 --calibration c --calibration-prompts p | exclude each other",
                "--ratio 0.5 | --model: nothing lies at",
                "--ratio 0.5 --stpes 3 | --stpes"
            })
    void shouldRefuseAWrongRequestBeforeAnythingStarts(String options, String named) {
        String base = "compress --model m --train t --held-out h --scorer s " + options;
        assertThat(run(base.strip().split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(named);
        assertThat(err.toString().lines().count()).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"teacher\": | must be valid JSON",
                "[1] | holds no JSON object",
                "{\"techer\": \"/m\"} | unknown",
                "{\"variants\": [{\"ratio\": 0.5}, {\"ratio\": 2}]} | variants[1].ratio",
                "{\"distillation\": 7} | distillation"
            })
    void shouldNameWhatIsWrongInAFile(String json, String named) throws IOException {
        Path file = Files.writeString(directory.resolve("run.json"), json);
        String options = "--model m --train t --held-out h --scorer s --ratio 0.5 --spec " + file;
        if (json.contains("variants")) {
            options = options.replace("--ratio 0.5 ", "");
        }
        assertThat(run(("compress " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(file.toString()).contains(named);
        assertThat(err.toString().lines().count()).isLessThanOrEqualTo(2);
    }

    /** What, where and how to mend it, before anything starts. */
    @Test
    void shouldNameThePartThatAModelLacks() throws IOException {
        Path model = Files.createDirectories(directory.resolve("model"));
        Files.writeString(model.resolve("model_index.json"), "{}");
        String material = " --train %1$s --held-out %1$s --scorer %1$s".formatted(directory);
        assertThat(run(("compress --ratio 0.5 --model " + model + material).split(" ")))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--model: The model has no directory unet", model.toString())
                .contains("lies beside model_index.json");
    }

    @Test
    void shouldNameAVariantThatThereIsNot() throws IOException {
        Path model = directory.resolve("model");
        for (String part : "unet vae text_encoder tokenizer scheduler".split(" ")) {
            Files.createDirectories(model.resolve(part));
        }
        Files.writeString(model.resolve("model_index.json"), "{}");
        Files.writeString(
                model.resolve("unet/diffusion_pytorch_model.bf16.safetensors"), "weights");
        String material = " --train %1$s --held-out %1$s --scorer %1$s".formatted(directory);
        assertThat(
                        run(
                                ("compress --ratio 0.5 --variant fp16 --model " + model + material)
                                        .split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("variant fp16", "Take one of bf16");
    }

    /** A path that is a file stands for whatever cannot be written, also to root. */
    @Test
    void shouldSayThatADirectoryForResultsCannotBeWritten() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(run("serve", "--data", file.resolve("data").toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("--data: " + file.resolve("data"))
                .contains("cannot be written")
                .contains("choose another directory");
    }

    /** There nobody may write, not even root. */
    @Test
    void shouldSayThatTheSystemForbidsToWrite() {
        assertThat(run("serve", "--data", "/proc/laptop-diff")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--data: /proc/laptop-diff")
                .contains("cannot be written")
                .contains("give yourself the right to write there");
    }

    @Test
    void shouldAskOfAPlanOnlyWhatItNeeds() {
        assertThat(run("plan", "--ratio", "0.5")).isEqualTo(2);
        assertThat(err.toString()).contains("--model").contains("--calibration");
        assertThat(err.toString()).doesNotContain("--scorer").doesNotContain("--held-out");
    }

    @Test
    void shouldNameTheMissingOptions() {
        assertThat(run("compress", "--ratio", "0.5")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--model")
                .contains("--train")
                .contains("--held-out")
                .contains("--scorer");
    }
}
