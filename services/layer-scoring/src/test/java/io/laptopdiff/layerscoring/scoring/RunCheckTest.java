package io.laptopdiff.layerscoring.scoring;

import static io.laptopdiff.layerscoring.scoring.Checks.assertTells;
import static io.laptopdiff.layerscoring.scoring.Checks.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorEntry;
import io.laptopdiff.estimation.check.Finding;
import io.laptopdiff.estimation.check.TeacherSummary;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCheckTest {

    private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";

    @TempDir private Path home;
    private TinyRun run;
    private Path teacher;

    @BeforeEach
    void makeARunThatIsFine() throws IOException {
        run = TinyRun.in(home);
        teacher = run.teacher();
    }

    private static TeacherSummary check(RunSpec spec) {
        return Checks.fetching().check(spec);
    }

    @Test
    void shouldNotLookAtWhatARunThatEndsWithItsPlansDoesWithout() {
        RunSpec spec = run.withTraining("/nonesuch");
        assertTells(refusal(spec), "nothing lies", "nonesuch", "");
        RunSpec plan =
                new RunSpec(
                        spec.teacher(),
                        spec.calibration(),
                        spec.variants(),
                        spec.distillation(),
                        spec.evaluation(),
                        spec.scoring(),
                        true);
        assertThat(check(plan).units()).hasSize(38);
    }

    /** It would be found by the evaluation, after the whole distillation. */
    @Test
    void shouldReadTheSamplerThatTheStudentWillBeMeasuredWith() throws IOException {
        Path config = teacher.resolve("scheduler/scheduler_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst(
                                "\"_class_name\" *: *\"\\w+\"",
                                "\"_class_name\": \"HeunDiscreteScheduler\""));
        assertTells(
                refusal(run.spec()),
                "HeunDiscreteScheduler",
                "scheduler_config.json",
                "another sampler");
        check(sampledBy(SamplerName.DDIM, 3));
        assertTells(
                refusal(sampledBy(SamplerName.DDIM, 1001)),
                "cannot draw in 1001 steps",
                "evaluation.inferenceSteps",
                "fewer");
    }

    private RunSpec sampledBy(SamplerName sampler, int steps) {
        RunSpec spec = run.spec();
        EvaluationSpec own = spec.evaluation();
        return new RunSpec(
                spec.teacher(),
                spec.calibration(),
                spec.variants(),
                spec.distillation(),
                new EvaluationSpec(
                        own.scorer(),
                        own.dataset(),
                        own.prompts(),
                        own.seed(),
                        steps,
                        own.guidanceScale(),
                        sampler),
                spec.scoring(),
                spec.planOnly());
    }

    @Test
    void shouldSumUpASoundTeacher() {
        TeacherSummary summary = check(run.spec());
        assertThat(summary.parameters())
                .isEqualTo(624_100); // golden/unet/sd15-tiny has the same U-Net
        assertThat(summary.units()).hasSize(38);
        assertThat(summary.removable())
                .isEqualTo(summary.units().stream().mapToLong(u -> u.parameters()).sum());
    }

    @Test
    void shouldSayWhichFieldsOfTheTeachersConfigsItIgnores() throws IOException {
        Path config = teacher.resolve("unet/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"decay\": 0.9999, \"power\": 0.67,"));
        assertThat(check(run.spec()).notes())
                .containsExactly(
                        "unet/config.json: ignored, as diffusers ignores them: decay, power");
    }

    @Test
    void shouldReadATeacherInOneVariant() throws IOException {
        Files.move(
                teacher.resolve(WEIGHTS),
                teacher.resolve(WEIGHTS.replace(".safetensors", ".bf16.safetensors")));
        assertThat(check(run.spec()).units()).hasSize(38);
    }

    @Test
    void shouldTellThatTheTeacherIsAFile() {
        assertTells(
                refusal(run.withTeacher(teacher.resolve("model_index.json"))),
                "file",
                "model_index.json",
                "directory");
    }

    @Test
    void shouldTellThatThereIsNoTeacher() {
        assertTells(
                refusal(run.withTeacher(home.resolve("nowhere"))),
                "nothing lies there",
                "nowhere",
                "spelling");
    }

    @Test
    void shouldTellWhichWeightIsNotANumber() throws IOException {
        TensorEntry entry;
        try (SafetensorsFile file = SafetensorsFile.open(teacher.resolve(WEIGHTS))) {
            entry = file.tensors().get("mid_block.resnets.0.conv1.weight");
        }
        try (RandomAccessFile file =
                new RandomAccessFile(teacher.resolve(WEIGHTS).toFile(), "rw")) {
            file.seek(entry.offsetBytes() + 40);
            file.write(
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(Float.NaN)
                            .array());
        }
        assertThat(check(run.spec()).units()).as("by headers alone").hasSize(38);
        assertTells(
                refusal(() -> new WeightsCheck(Artifacts.ofFiles()).check(run.spec())),
                "NaN or infinity",
                WEIGHTS + ": mid_block.resnets.0.conv1.weight",
                "The checkpoint is broken");
    }

    @Test
    void shouldTellThatAFileIsTruncated() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(teacher.resolve(WEIGHTS).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertTells(refusal(run.spec()), "ends at byte", WEIGHTS, "again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "vae", "text_encoder"})
    void shouldTellWhoseWeightsAreMissing(String part) throws IOException {
        String name = part.equals("text_encoder") ? "model" : "diffusion_pytorch_model";
        Files.delete(teacher.resolve(part).resolve(name + ".safetensors"));
        StageException failure = refusal(run.spec());
        assertThat(failure.where()).contains(teacher.resolve(part).toString());
    }

    @Test
    void shouldTellWhichTensorHasTheWrongShape() throws IOException {
        edit("unet/config.json", "cross_attention_dim", 32);
        edit("text_encoder/config.json", "hidden_size", 32);
        assertTells(
                refusal(run.spec()),
                "has shape (16, 24) where config.json asks for (16, 32)",
                "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight",
                "belong to the config.json");
    }

    @Test
    void shouldTellWhichTensorIsMissing() throws IOException {
        edit("unet/config.json", "layers_per_block", 3);
        RunSpec spec = run.withVariants(List.of(Map.of("ratio", 0.5)));
        assertTells(refusal(spec), "The tensor is missing", "resnets.2", "config.json");
    }

    @Test
    void shouldTellWhichConfigFieldIsNotSupported() throws IOException {
        edit("unet/config.json", "resnet_time_scale_shift", "scale_shift");
        assertTells(
                refusal(run.spec()),
                "scale_shift",
                "unet/config.json: resnet_time_scale_shift",
                "default");
    }

    @Test
    void shouldTellThatPartsOfTwoCheckpointsDoNotFit() throws IOException {
        edit("unet/config.json", "cross_attention_dim", 32);
        assertTells(
                refusal(run.spec()),
                "32 is not the text encoders' hidden size, 24",
                "cross_attention_dim",
                "belong together");
    }

    @Test
    void shouldTellWhichVariantsNoScoresCanMakePossible() {
        List<Map<String, Object>> variants =
                List.of(Map.of("ratio", 0.5), Map.of("ratio", 0.99), Map.of("handcrafted", "vega"));
        List<Finding> findings = Checks.fetching().findings(run.withVariants(variants));
        assertThat(findings)
                .extracting(Finding::field)
                .containsExactly("variants[1].ratio", "variants[2].handcrafted");
        assertTells(findings.get(0).cause(), "The ratio is 0.99", "teacher", "Ask for at most 0.");
        assertTells(findings.get(1).cause(), "cannot be cut to 'vega'", "teacher", "SDXL");
    }

    private void edit(String file, String field, Object value) throws IOException {
        Path path = teacher.resolve(file);
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(path.toFile());
        json.set(field, Json.tree(value));
        Files.writeString(path, json.toString());
    }
}
