package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.TensorEntry;
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
        return new RunCheck(Artifacts.ofFiles()).check(spec);
    }

    private ScoringException refusal(RunSpec spec) {
        RuntimeException thrown = catchThrowableOfType(RuntimeException.class, () -> check(spec));
        assertThat(thrown).isNotNull();
        return ScoringException.of(thrown, "test");
    }

    private static void assertTells(
            ScoringException failure, String what, String where, String howToFix) {
        assertThat(failure.what()).contains(what);
        assertThat(failure.where()).contains(where);
        assertThat(failure.howToFix()).contains(howToFix);
    }

    @Test
    void shouldRefuseWhatNoServiceDoesYet() {
        Map<String, Object> prompts = new java.util.HashMap<>();
        prompts.put("dataset", null);
        prompts.put("prompts", "prompts.txt");
        assertTells(
                refusal(run.with(prompts)),
                "does not do that yet",
                "calibration.prompts",
                "give a 'dataset'");
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
        assertTells(
                refusal(run.spec()),
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
        ScoringException failure = refusal(run.spec());
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
                "32 where hidden_size of text_encoder is 24",
                "cross_attention_dim",
                "one");
    }

    @Test
    void shouldTellTheLargestRatio() {
        RunSpec spec = run.withVariants(List.of(Map.of("ratio", 0.5), Map.of("ratio", 0.99)));
        ScoringException failure = refusal(spec);
        assertTells(
                failure,
                "The ratio 0.99 asks for more than can be removed",
                "variants[1].ratio",
                "at most 0.");
        double largest = Double.parseDouble(failure.howToFix().replaceAll("[^0-9.]|\\.$", ""));
        check(run.withVariants(List.of(Map.of("ratio", largest))));
    }

    @Test
    void shouldTellWhichDataSetIsNone() {
        assertTells(
                refusal(run.with(Map.of("dataset", home.toString()))),
                "no metadata.jsonl",
                home.toString(),
                "file_name");
    }

    private void edit(String file, String field, Object value) throws IOException {
        Path path = teacher.resolve(file);
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(path.toFile());
        json.set(field, Json.tree(value));
        Files.writeString(path, json.toString());
    }
}
