package io.laptopdiff.diffusion.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.SafetensorsWriter;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineLocationTest {

    private static final String UNET = "unet/diffusion_pytorch_model";
    private static final String VAE = "vae/diffusion_pytorch_model";

    @TempDir Path scratch;

    private Path teacher() throws IOException {
        Path teacher = scratch.resolve("teacher");
        TinyTeacher.write(teacher, 1);
        return teacher;
    }

    private static Path directory(Object location) {
        return PipelineLocation.directory(location.toString(), Path::of);
    }

    private static void rename(Path teacher, String weights, String variant) throws IOException {
        Files.move(
                teacher.resolve(weights + ".safetensors"),
                teacher.resolve(weights + "." + variant + ".safetensors"));
    }

    @Test
    void shouldReadAnOrdinaryDirectoryWhereItLies() throws Exception {
        Path teacher = teacher();
        assertThat(directory(teacher)).isEqualTo(teacher);
        assertThat(PipelineLocation.notes(teacher)).isEmpty();
    }

    @Test
    void shouldReadPartsThatHaveOneVariantOnlyAndExportThemUnderPlainNames() throws Exception {
        Path teacher = teacher();
        rename(teacher, UNET, "bf16");
        rename(teacher, VAE, "bf16");
        Path read = directory(teacher);
        Path target = scratch.resolve("student");
        try (NDManager manager = NDManager.newBaseManager()) {
            try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.load(read, manager);
                    UNet2DConditionModel student =
                            pipeline.unet().prune(Set.of("down_blocks.0.resnets.1"), manager)) {
                StudentDirectory.write(read, student, target);
            }
            StableDiffusionPipeline.load(target, manager).close();
        }
        assertThat(target.resolve(VAE + ".safetensors")).isRegularFile();
        assertThat(directory(teacher)).as("made once").isEqualTo(read);
    }

    /** The safety checker of a clone without Git LFS is nobody's loss. */
    @Test
    void shouldCopyAPartThatNobodyReadsAsItIs() throws Exception {
        Path teacher = teacher();
        Path pointer =
                Path.of("src/test/resources/cases/w-lfs/diffusion_pytorch_model.safetensors");
        Path link = teacher.resolve("safety_checker/model.safetensors");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, pointer.toAbsolutePath());
        Path target = scratch.resolve("student");
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet =
                        UNet2DConditionModel.load(teacher.resolve("unet"), manager)) {
            StudentDirectory.write(directory(teacher), unet, target);
        }
        assertThat(target.resolve("safety_checker/model.safetensors"))
                .hasSameBinaryContentAs(pointer);
    }

    @Test
    void shouldTakeTheVariantThatIsNamedAndThePlainWeightsOfPartsWithoutIt() throws Exception {
        Path teacher = teacher();
        Path other = scratch.resolve("other");
        TinyTeacher.write(other, 2);
        Files.copy(
                other.resolve(UNET + ".safetensors"), teacher.resolve(UNET + ".fp16.safetensors"));
        Path read = directory(teacher + "#fp16");
        assertThat(Files.readAllBytes(read.resolve(UNET + ".safetensors")))
                .isEqualTo(Files.readAllBytes(other.resolve(UNET + ".safetensors")));
        assertThat(Files.readAllBytes(read.resolve(VAE + ".safetensors")))
                .isEqualTo(Files.readAllBytes(teacher.resolve(VAE + ".safetensors")));
        assertThat(read.resolve(UNET + ".fp16.safetensors")).doesNotExist();
    }

    @Test
    void shouldNameTheVariantsThatThereAre() throws Exception {
        Path teacher = teacher();
        rename(teacher, UNET, "bf16");
        assertThatThrownBy(() -> directory(teacher + "#fp16"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("fp16")
                .hasMessageContaining("Take one of bf16");
    }

    @Test
    void shouldTakeASignInAPathThatExistsForPartOfIt() throws Exception {
        Path teacher = scratch.resolve("teacher#2");
        TinyTeacher.write(teacher, 1);
        assertThat(directory(teacher)).isEqualTo(teacher);
        assertThat(PipelineLocation.place(teacher.toString())).isEqualTo(teacher.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "vae", "text_encoder", "tokenizer", "scheduler"})
    void shouldNameThePartThatIsMissing(String part) throws Exception {
        Path teacher = teacher();
        Files.move(teacher.resolve(part), scratch.resolve("elsewhere"));
        assertThatThrownBy(() -> directory(teacher))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no directory " + part)
                .hasMessageContaining(teacher.toString())
                .hasMessageContaining("beside model_index.json");
    }

    @Test
    void shouldSayThatAPartIsNoModel() throws Exception {
        Path teacher = teacher();
        assertThatThrownBy(() -> directory(teacher.resolve("unet")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("one part of a model");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora_unet_down_blocks_0.lora_up.weight | LoRA",
                "down_blocks.0.resnets.0.conv1.weight | one part of a model",
                "model.diffusion_model.joint_blocks.0.x | diffusion transformer",
                "something.else | no single file"
            })
    void shouldSayWhatASingleFileIsInstead(String tensor, String what) throws Exception {
        Path file = scratch.resolve("file.safetensors");
        write(file, Map.of(tensor, new Shape(1)));
        assertThatThrownBy(() -> directory(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(file.toString());
    }

    @Test
    void shouldRefuseAModelForInpainting() throws Exception {
        Path file = scratch.resolve("inpainting.safetensors");
        write(
                file,
                Map.of("model.diffusion_model.input_blocks.0.0.weight", new Shape(320, 9, 3, 3)));
        assertThatThrownBy(() -> directory(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("9 channels");
    }

    @Test
    void shouldRefuseAPickledFile() throws Exception {
        Path file = Files.writeString(scratch.resolve("v1-5-pruned.ckpt"), "x");
        assertThatThrownBy(() -> directory(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("run its own code")
                .hasMessageContaining(".safetensors");
    }

    /**
     * The ids are those of OpenAI's tokenizer: 49406 and 49407 frame, "photo" and "cat" are words.
     */
    @Test
    void shouldBringTheVocabularyOfClip() throws Exception {
        Path view = directory(base("cond_stage_model.transformer.text_model.x"));
        try (ClipTokenizer tokenizer = ClipTokenizer.load(view.resolve("tokenizer"))) {
            assertThat(tokenizer.vocabSize()).isEqualTo(49408);
            assertThat(tokenizer.beginToken()).isEqualTo(49406);
            assertThat(tokenizer.endToken()).isEqualTo(49407);
            assertThat(tokenizer.tokens("a photo of a cat"))
                    .containsExactly(320, 1125, 539, 320, 2368);
        }
    }

    @Test
    void shouldTakeAnSd2FileAsDiffusersDoesAndSaySo() throws Exception {
        Path file = base("cond_stage_model.model.ln_final.weight");
        Path view = directory(file);
        assertThat(Files.readString(view.resolve("scheduler/scheduler_config.json")))
                .contains("v_prediction");
        assertThat(PipelineLocation.notes(view)).singleElement().asString().contains(".yaml");
    }

    @ParameterizedTest
    @CsvSource({"v, v_prediction, 96", "eps, epsilon, 64"})
    void shouldTakeFromTheYamlBesideAnSd2FileWhatItPredicts(
            String parameterization, String prediction, int size) throws Exception {
        Path file = base("cond_stage_model.model.ln_final.weight");
        Files.writeString(
                scratch.resolve("base.yaml"),
                "model:\n  params:\n    parameterization: \"" + parameterization + "\"\n");
        Path view = directory(file);
        assertThat(Files.readString(view.resolve("scheduler/scheduler_config.json")))
                .contains('"' + prediction + '"');
        assertThat(Files.readString(view.resolve("unet/config.json")).replaceAll("\\s", ""))
                .contains("\"sample_size\":" + size);
        assertThat(PipelineLocation.notes(view)).isEmpty();
    }

    @Test
    void shouldTakeTheVelocityFromAnSdxlFileThatSaysSo() throws Exception {
        Path file =
                base(
                        "conditioner.embedders.1.model.ln_final.weight",
                        "conditioner.embedders.0.transformer.text_model.x",
                        "v_pred");
        assertThat(Files.readString(directory(file).resolve("scheduler/scheduler_config.json")))
                .contains("v_prediction");
    }

    /** A file of a whole model by its names, with next to no weights. */
    private Path base(String... names) throws IOException {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        tensors.put("model.diffusion_model.input_blocks.0.0.weight", new Shape(1, 4, 1, 1));
        tensors.put("first_stage_model.quant_conv.weight", new Shape(1));
        List.of(names).forEach(name -> tensors.put(name, new Shape(1)));
        Path file = scratch.resolve("base.safetensors");
        write(file, tensors);
        return file;
    }

    private static void write(Path file, Map<String, Shape> shapes) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> tensors.put(name, manager.ones(shape)));
            SafetensorsWriter.write(file, tensors, TensorType.F16, Map.of());
        }
    }
}
