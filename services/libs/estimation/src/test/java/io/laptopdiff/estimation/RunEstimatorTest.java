package io.laptopdiff.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an estimate is put together; how true it is at full size is for the benchmark to say. */
class RunEstimatorTest {

    @TempDir static Path home;

    /** It measures its machine once. */
    private static RunEstimator estimator;

    @BeforeAll
    static void writeMaterial() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 4, 2);
        TinyClip.write(home.resolve("clip"), home.resolve("teacher/tokenizer"), 3);
        estimator = of(WorkerSettings.DEFAULT);
    }

    private static RunEstimator of(WorkerSettings workers) {
        return new RunEstimator(Artifacts.ofFiles(), workers, Devices::newCpuManager, home);
    }

    private RunEstimate estimate(int samples, int steps, int batch, String rest) {
        String request =
                """
                {"teacher": "%1$s/teacher", "calibration": {"dataset": "%1$s/images", "samples": %2$d, "slices": 1},
                 "variants": [{"ratio": 0.5}, {"name": "small", "ratio": 0.3}],
                 "distillation": {"dataset": "%1$s/images", "steps": %3$d, "batchSize": %4$d %5$s},
                 "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s/images", "prompts": 4}}"""
                        .formatted(home, samples, steps, batch, rest);
        RunSpec spec = Json.read(request.getBytes(StandardCharsets.UTF_8), RunSpec.class);
        return estimator.estimate(spec);
    }

    @Test
    void shouldEstimateEveryStage() {
        RunEstimate estimate = estimate(4, 100, 2, "");
        assertThat(estimate.stages().stream().map(StageEstimate::stage))
                .containsExactly(
                        "scoring",
                        "preparation",
                        "distillation ratio-0.5",
                        "distillation small",
                        "evaluation ratio-0.5",
                        "evaluation small");
        assertThat(estimate.stages())
                .allSatisfy(stage -> assertThat(stage.memoryBytes()).isPositive())
                .allSatisfy(stage -> assertThat(stage.seconds()).isPositive());
        assertThat(estimate.seconds())
                .isEqualTo(estimate.stages().stream().mapToDouble(StageEstimate::seconds).sum());
    }

    @Test
    void shouldCountWhatIsLeftOnDisk() {
        RunEstimate estimate = estimate(4, 100, 2, ", \"checkpointEverySteps\": 100");
        // four images of 4x8x8, mean and deviation; 77 tokens of 24
        assertThat(estimate.stages().get(1).diskBytes())
                .isEqualTo(4 * 4 * (2 * 4 * 8 * 8 + 77 * 24));
        UNetLayout teacher = UNetLayout.of(UNetConfig.read(home.resolve("teacher/unet")));
        // one checkpoint of weights and two moments, and the student beside the other parts
        assertThat(estimate.stages().get(2).diskBytes())
                .isBetween(4 * 4 * teacher.parameters() * 4 / 10, 4 * 4 * teacher.parameters());
        assertThat(
                        estimate(4, 100, 2, ", \"checkpointEverySteps\": 50")
                                .stages()
                                .get(2)
                                .diskBytes())
                .isGreaterThan(estimate.stages().get(2).diskBytes());
        assertThat(
                        estimate(4, 99, 2, ", \"checkpointEverySteps\": 100")
                                .stages()
                                .get(2)
                                .diskBytes())
                .as("the end is kept as the student alone")
                .isLessThan(estimate.stages().get(2).diskBytes() / 2);
    }

    @Test
    void shouldFollowTheRecipe() {
        long plain = estimate(4, 10, 2, "").stages().get(2).memoryBytes();
        long bf16 =
                estimate(4, 10, 2, ", \"teacherPrecision\": \"bf16\"")
                        .stages()
                        .get(2)
                        .memoryBytes();
        long checkpointed =
                estimate(4, 10, 2, ", \"gradientCheckpointing\": true")
                        .stages()
                        .get(2)
                        .memoryBytes();
        assertThat(bf16).isLessThan(plain);
        assertThat(checkpointed).isLessThan(plain);
    }

    private RunEstimate evaluating(String variant, String evaluation) {
        return estimator.estimate(spec(variant, evaluation));
    }

    private RunSpec spec(String variant, String evaluation) {
        return Json.read(
                """
                {"teacher": "%1$s/teacher", "calibration": {"dataset": "%1$s/images", "samples": 4, "slices": 1},
                 "variants": [{"ratio": 0.01}%2$s],
                 "distillation": {"dataset": "%1$s/images", "steps": 1000},
                 "evaluation": {"scorer": "%1$s/clip", "dataset": "%1$s/images", "prompts": 4 %3$s}}"""
                        .formatted(home, variant, evaluation),
                RunSpec.class);
    }

    @Test
    void shouldFollowTheSettingsOfWorkers() {
        WorkerSettings unset = WorkerSettings.DEFAULT;
        RunEstimate usual = evaluating("", "");
        RunEstimate careful =
                of(new WorkerSettings(1, 1, 1, unset.latencyPasses() * 1000, Duration.ofHours(1)))
                        .estimate(spec("", ""));
        assertThat(careful.stages().get(0).memoryBytes())
                .as("scoring")
                .isLessThan(usual.stages().get(0).memoryBytes());
        assertThat(careful.stages().get(3).memoryBytes())
                .as("evaluation")
                .isLessThan(usual.stages().get(3).memoryBytes());
        assertThat(careful.stages().get(3).seconds())
                .as("passes that a latency is of")
                .isGreaterThan(10 * usual.stages().get(3).seconds());
    }

    /** Workers take smaller batches then. */
    @Test
    void shouldCountSmallerBatchesWhereMemoryIsShort() {
        RunSpec spec = spec("", "");
        RunEstimate usual = estimator.estimate(spec);
        for (int stage : new int[] {0, 3}) {
            long limit = Residence.of(usual.stages().get(stage).memoryBytes()) - 1;
            StageEstimate small =
                    estimator
                            .estimate(spec, new RunLimits(limit, limit, limit, limit, limit))
                            .stages()
                            .get(stage);
            assertThat(Residence.of(small.memoryBytes())).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void shouldCountACheckpointMoreThanStays() {
        RunEstimate estimate = estimate(4, 100, 2, ", \"checkpointEverySteps\": 20");
        assertThat(estimate.diskBytes()).isGreaterThan(estimate.diskBytesInTheEnd());
        assertThat(estimate(4, 100, 2, ", \"checkpointEverySteps\": 50").diskBytes())
                .isEqualTo(estimate.diskBytesInTheEnd());
    }

    @Test
    void shouldRefuseSettingsThatCannotBe() {
        assertThatThrownBy(() -> new WorkerSettings(4, 0, 8, 51, Duration.ZERO))
                .hasMessage("laptopdiff.scoring.together = 0: it must be at least 1");
    }

    /** A cut of whole layers names no units. */
    @Test
    void shouldTimeHandcraftedStudentsByTheirOwnLayers() {
        RunEstimate estimate = evaluating(", {\"handcrafted\": \"bk-tiny\"}", "");
        double whole = estimate.stages().get(2).seconds();
        double cut = estimate.stages().get(3).seconds();
        // forward and back of less than half the layers, beside the teacher's forward pass
        assertThat(cut).isLessThan(0.9 * whole);
    }

    @Test
    void shouldCountEveryModelThatJudges() {
        StageEstimate plain = evaluating("", "").stages().get(3);
        String more =
                ", \"inception\": \"%1$s/clip\", \"scorers\": [{\"name\": \"a\", \"location\": \"%1$s/clip\"}]"
                        .formatted(home);
        StageEstimate judged = evaluating("", more).stages().get(3);
        long clip =
                TeacherParts.FLOAT32
                        * TeacherParts.count(
                                ClipModel.tensors(ClipConfig.read(home.resolve("clip"))));
        assertThat(judged.memoryBytes() - plain.memoryBytes()).isBetween(2 * clip, 4 * clip);
    }
}
