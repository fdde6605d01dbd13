package io.laptopdiff.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of runs with an SD-v1.5 teacher, whose configs are all that is there of it. */
class RunFitTest {

    private static final long GB = 1_000_000_000;
    private static final long PLENTY = 1000 * GB;

    @TempDir static Path home;

    @BeforeAll
    static void writeMaterial() throws IOException {
        for (String file :
                new String[] {
                    "model_index.json",
                    "unet/config.json",
                    "vae/config.json",
                    "text_encoder/config.json",
                    "tokenizer/tokenizer_config.json",
                    "scheduler/scheduler_config.json"
                }) {
            Path config = home.resolve("sd15").resolve(file);
            Files.createDirectories(config.getParent());
            try (InputStream in = ConfigFiles.class.getResourceAsStream("sd15/" + file)) {
                Files.copy(in, config);
            }
        }
        TinyTeacher.write(home.resolve("tiny"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("tiny/tokenizer"), 3);
    }

    private static RunSpec run(String distillation, String rest) {
        return run(4, distillation, rest);
    }

    private static RunSpec run(int batch, String distillation, String rest) {
        return Json.read(
                """
                {"teacher": "%1$s/sd15", "calibration": {"dataset": "%1$s"}, "variants": [{"ratio": 0.5}],
                 "distillation": {"dataset": "%1$s/images", "steps": 1000, "batchSize": %4$d %2$s},
                 "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s"} %3$s}"""
                        .formatted(home, distillation, rest, batch),
                RunSpec.class);
    }

    private static RunFit within(long memory, long disk) {
        return new RunFit(Artifacts.ofFiles(), new RunLimits(memory, memory, memory, memory, disk));
    }

    private static StageException refusal(RunFit fit, RunSpec spec) {
        return catchThrowableOfType(StageException.class, () -> fit.requireFits(spec));
    }

    @Test
    void shouldLetWhatFitsPass() {
        assertThatCode(() -> within(PLENTY, PLENTY).requireFits(run("", "")))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldNameChoicesThatMakeItFit() {
        RunFit fit = within(15 * GB, PLENTY);
        StageException refused = refusal(fit, run("", ""));
        assertThat(refused.where()).isEqualTo("distillation of ratio-0.5");
        assertThat(refused.what()).contains("it may take 15.0 GB");
        assertThat(refused.howToFix())
                .isEqualTo(
                        "Set distillation.teacherPrecision to bf16,"
                                + " distillation.gradientCheckpointing to true.");
        RunSpec followed =
                run(", \"teacherPrecision\": \"bf16\", \"gradientCheckpointing\": true", "");
        assertThatCode(() -> fit.requireFits(followed)).doesNotThrowAnyException();
    }

    @Test
    void shouldCutBatchesWithoutChangingTheSamplesOfAStep() {
        RunSpec large =
                run(
                        8,
                        ", \"teacherPrecision\": \"bf16\", \"gradientCheckpointing\": true,"
                                + " \"gradientAccumulation\": 3",
                        "");
        StageException refused = refusal(within(13 * GB, PLENTY), large);
        assertThat(refused.howToFix())
                .contains("distillation.batchSize to 2", "distillation.gradientAccumulation to 12");
    }

    @Test
    void shouldSayWhenNoChoiceHelps() {
        assertThat(refusal(within(GB, PLENTY), run("", "")).howToFix())
                .startsWith("Give it more memory");
    }

    @Test
    void shouldAskForScoringInLessPrecision() {
        RunSpec plans = run("", ", \"planOnly\": true");
        StageException refused = refusal(within(4 * GB, PLENTY), plans);
        assertThat(refused.where()).isEqualTo("scoring");
        assertThat(refused.howToFix()).isEqualTo("Set scoring.precision to bf16.");
    }

    /** A step of one sample of so small a student takes less than decoding an image. */
    @Test
    void shouldDrawNoImagesWhereThatMakesItFit() throws IOException {
        RunSpec least =
                changed(
                        run(
                                1,
                                ", \"teacherPrecision\": \"bf16\", \"gradientCheckpointing\": true",
                                ""),
                        "\"ratio\":0.5",
                        "\"ratio\":0.99");
        RunSpec silent = changed(least, "\"sampleImages\":2", "\"sampleImages\":0");
        RunFit fit =
                new RunFit(
                        Artifacts.ofFiles(),
                        new RunLimits(PLENTY, distillation(silent), PLENTY, PLENTY, PLENTY));
        assertThat(distillation(least)).isGreaterThan((long) (1.12 * distillation(silent)));
        assertThat(refusal(fit, least).howToFix()).isEqualTo("Set distillation.sampleImages to 0.");
    }

    private static RunSpec changed(RunSpec spec, String from, String to) {
        String changed = Json.write(spec).replace(from, to);
        assertThat(changed).contains(to);
        return Json.read(changed, RunSpec.class);
    }

    private static long distillation(RunSpec spec) {
        RunNeeds needs = RunNeeds.of(spec, Artifacts.ofFiles(), WorkerSettings.DEFAULT);
        return Residence.of(needs.distillation(needs.students().values().iterator().next()));
    }

    @Test
    void shouldDropCriteriaThatNoVariantGoesBy() {
        String criteria =
                ", \"planOnly\": true, \"scoring\": {\"criteria\": [\"output-loss\", \"taylor\"]}";
        RunNeeds all = RunNeeds.of(run("", criteria), Artifacts.ofFiles(), WorkerSettings.DEFAULT);
        StageException refused =
                refusal(
                        within((long) (0.8 * Residence.of(all.scoring(1, 1))), PLENTY),
                        run("", criteria));
        assertThat(refused.where()).isEqualTo("scoring");
        assertThat(refused.howToFix()).isEqualTo("Set scoring.criteria to [output-loss].");
    }

    /** Whose judges do not fit beside teacher and student. */
    @Test
    void shouldLeaveOutFurtherJudgesWhereEvaluationIsShort() throws IOException {
        TinyClip.write(home.resolve("large"), home.resolve("tiny/tokenizer"), 3);
        Path config = home.resolve("large/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceAll("\"hidden_size\" *: *32", "\"hidden_size\":8192"));
        RunSpec judged = run("", "");
        RunSpec many =
                changed(
                        judged,
                        "\"inferenceSteps\"",
                        "\"inception\":\"%s/large\",\"inferenceSteps\"".formatted(home));
        long plain = evaluation(judged);
        assertThat(evaluation(many)).isGreaterThan((long) (1.15 * plain));
        RunFit fit =
                new RunFit(
                        Artifacts.ofFiles(), new RunLimits(PLENTY, PLENTY, plain, PLENTY, PLENTY));
        assertThatCode(() -> fit.requireFits(judged)).doesNotThrowAnyException();
        StageException refused = refusal(fit, many);
        assertThat(refused.where()).isEqualTo("evaluation of ratio-0.5");
        assertThat(refused.howToFix()).isEqualTo("Set evaluation.inception to null.");
    }

    private static long evaluation(RunSpec spec) {
        RunNeeds needs = RunNeeds.of(spec, Artifacts.ofFiles(), WorkerSettings.DEFAULT);
        return Residence.of(needs.leastEvaluation(needs.students().values().iterator().next()));
    }

    @Test
    void shouldCountTheDisk() {
        StageException refused = refusal(within(PLENTY, 5 * GB), run("", ""));
        assertThat(refused.what()).contains("5.0 GB are free");
        assertThatCode(() -> within(PLENTY, 0).requireFits(run("", ", \"planOnly\": true")))
                .doesNotThrowAnyException();
    }
}
