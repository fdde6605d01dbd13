package io.laptopdiff.diffusion.fabrication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.PromptEmbeddings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFabricatorTest {

    private static final ShardSize SMALL = ShardSize.parse("400kB");
    private static final ShardSize LARGE = ShardSize.parse("2GB");

    @TempDir static Path shared;

    @TempDir private Path directory;

    private static Path configs;
    private static NDManager manager;

    /** A teacher's directory without weights and without a vocabulary. */
    @BeforeAll
    static void writeConfigs() throws IOException {
        manager = NDManager.newBaseManager();
        configs = shared.resolve("configs");
        TinyTeacher.write(configs, 1);
        for (Path file : files(configs)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".safetensors")
                    || name.equals("vocab.json")
                    || name.equals("merges.txt")) {
                Files.delete(file);
            }
        }
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> listing = Files.list(directory)) {
            return listing.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static CheckpointPlan plan(TensorType type, ShardSize most) {
        return CheckpointPlan.of(ConfigFiles.find(configs.toString()), type, most);
    }

    private Path fabricate(String name, TensorType type, ShardSize most, long seed)
            throws IOException {
        Path target = directory.resolve(name);
        new CheckpointFabricator(plan(type, most), target).write(seed, (file, bytes) -> {});
        return target;
    }

    private static StateDict unet(Path checkpoint) {
        Path unet = checkpoint.resolve("unet");
        Map<String, Shape> tensors = UNetLayout.of(UNetConfig.read(unet)).tensors();
        return StateDict.read(unet, "diffusion_pytorch_model", tensors, manager);
    }

    @Test
    void shouldFabricateShardsThatThePipelineDrawsWith() throws IOException {
        Path checkpoint = fabricate("model", TensorType.F32, SMALL, 3);

        assertThat(list(checkpoint.resolve("unet")))
                .hasSizeGreaterThan(4)
                .contains("diffusion_pytorch_model.safetensors.index.json")
                .anyMatch(name -> name.startsWith("diffusion_pytorch_model-00002-of-0000"));
        try (StableDiffusionPipeline pipeline = StableDiffusionPipeline.load(checkpoint, manager);
                NDManager run = manager.newSubManager()) {
            assertThat(pipeline.generate(List.of("a red circle"), new long[] {5}, 2, 3).get(0))
                    .matches(image -> image.getWidth() == TinyTeacher.RESOLUTION);
            PromptEmbeddings texts = pipeline.embed(List.of("a red circle"), run);
            NDArray latents =
                    pipeline.latents(
                            texts,
                            new long[] {5},
                            GenerationSettings.of(2, 3),
                            (step, steps) -> {},
                            run);
            for (float value : latents.toFloatArray()) {
                assertThat(value).isFinite().isBetween(-1000f, 1000f);
            }
        }
    }

    @Test
    void shouldGiveTheSameTensorsWhateverTheShardSize() throws IOException {
        try (StateDict small = unet(fabricate("small", TensorType.F32, SMALL, 3));
                StateDict large = unet(fabricate("large", TensorType.F32, LARGE, 3));
                StateDict other = unet(fabricate("other", TensorType.F32, LARGE, 4))) {
            for (String name : small.names()) {
                assertThat(large.get(name)).as(name).isEqualTo(small.get(name));
            }
            assertThat(other.get("conv_in.weight")).isNotEqualTo(small.get("conv_in.weight"));
        }
    }

    @Test
    void shouldRoundHalvesAsPyTorchDoes() throws IOException {
        try (StateDict full = unet(fabricate("full", TensorType.F32, LARGE, 3));
                StateDict half = unet(fabricate("half", TensorType.F16, SMALL, 3))) {
            for (String name : full.names()) {
                NDArray rounded =
                        full.get(name)
                                .toType(DataType.FLOAT16, true)
                                .toType(DataType.FLOAT32, true);
                assertThat(half.get(name)).as(name).isEqualTo(rounded);
            }
        }
    }

    @Test
    void shouldRoundToBfloat16AsTheWriterOfStudentsDoes() throws IOException {
        try (StateDict full = unet(fabricate("full", TensorType.F32, LARGE, 3));
                StateDict brain = unet(fabricate("brain", TensorType.BF16, LARGE, 3))) {
            full.write(directory, "converted", TensorType.BF16);
            try (StateDict converted =
                    StateDict.readFile(directory.resolve("converted.safetensors"), manager)) {
                for (String name : full.names()) {
                    assertThat(brain.get(name)).as(name).isEqualTo(converted.get(name));
                }
            }
        }
    }

    @Test
    void shouldScaleWeightsByTheirFanIn() throws IOException {
        try (StateDict unet = unet(fabricate("model", TensorType.F32, LARGE, 3))) {
            NDArray kernel = unet.get("mid_block.resnets.0.conv1.weight"); // (32, 32, 3, 3)
            double mean = kernel.mean().getFloat();
            double deviation = Math.sqrt(kernel.square().mean().getFloat());
            assertThat(mean).isCloseTo(0, within(0.003)); // 5 standard errors
            assertThat(deviation * Math.sqrt(32 * 9)).isCloseTo(1, within(0.04));
            assertThat(unet.get("conv_norm_out.weight").toFloatArray()).containsOnly(1);
            assertThat(unet.get("conv_out.bias").toFloatArray()).containsOnly(0);
        }
    }

    @Test
    void shouldFillAnEmptyDirectoryAndSayItsSizeBefore() throws IOException {
        Path target = Files.createDirectory(directory.resolve("empty"));
        CheckpointPlan plan = plan(TensorType.F16, SMALL);
        List<String> written = new ArrayList<>();
        new CheckpointFabricator(plan, target).write(0, (file, bytes) -> written.add(file));

        long bytes = 0;
        for (Path file : files(target)) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isEqualTo(plan.sizeBytes());
        assertThat(written).contains("vae/diffusion_pytorch_model.safetensors");
        assertThat(list(directory)).containsExactly("empty");
    }

    @Test
    void shouldRefuseATargetThatIsNotEmpty() throws IOException {
        Path target = Files.createDirectory(directory.resolve("taken"));
        Files.writeString(target.resolve("note.txt"), "mine");
        assertThatThrownBy(() -> new CheckpointFabricator(plan(TensorType.F32, LARGE), target))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(target.toString())
                .hasMessageContaining("choose another directory");
        assertThat(list(target)).containsExactly("note.txt");
    }

    @Test
    void shouldLeaveNothingWhenAWriteFailsMidway() throws IOException {
        Path target = directory.resolve("model");
        CheckpointFabricator fabricator =
                new CheckpointFabricator(plan(TensorType.F32, SMALL), target);
        List<String> written = new ArrayList<>();
        assertThatThrownBy(
                        () ->
                                fabricator.write(
                                        0,
                                        (file, bytes) -> {
                                            written.add(file);
                                            if (written.size() == 3) {
                                                throw new UncheckedIOException(
                                                        new IOException("No space left on device"));
                                            }
                                        }))
                .hasMessageContaining("No space left");
        assertThat(list(directory)).isEmpty();
    }

    @Test
    void shouldLeaveNothingWhereNoDirectoryCanBeMade() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        CheckpointFabricator fabricator =
                new CheckpointFabricator(plan(TensorType.F32, SMALL), file.resolve("model"));
        assertThatThrownBy(() -> fabricator.write(0, (name, bytes) -> {}))
                .isInstanceOf(IOException.class);
        assertThat(list(directory)).containsExactly("file");
    }

    @Test
    void shouldRefuseBeforeWritingWhatTheDiskCannotHold() throws IOException {
        Path huge = configsWith("unet/config.json", "in_channels", 2_000_000_000);
        CheckpointPlan plan =
                CheckpointPlan.of(ConfigFiles.find(huge.toString()), TensorType.F32, LARGE);
        assertThatThrownBy(() -> new CheckpointFabricator(plan, directory.resolve("out/model")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("needs")
                .hasMessageContaining("left")
                .hasMessageContaining("another disk");
        assertThat(list(directory)).containsExactly("changed");
    }

    @Test
    void shouldLeaveNothingWherePartsDoNotFitEachOther() throws IOException {
        Path changed = configsWith("unet/config.json", "cross_attention_dim", 40);
        CheckpointPlan plan =
                CheckpointPlan.of(ConfigFiles.find(changed.toString()), TensorType.F32, LARGE);
        CheckpointFabricator fabricator =
                new CheckpointFabricator(plan, directory.resolve("model"));
        assertThatThrownBy(() -> fabricator.write(0, (file, bytes) -> {}))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("cross_attention_dim");
        assertThat(list(directory)).containsExactly("changed");
    }

    private Path configsWith(String changed, String field, int value) throws IOException {
        Path directory = this.directory.resolve("changed");
        for (Path file : files(configs)) {
            Path copy = directory.resolve(configs.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        Path config = directory.resolve(changed);
        ObjectMapper json = new ObjectMapper();
        json.writeValue(
                config.toFile(), ((ObjectNode) json.readTree(config.toFile())).put(field, value));
        return directory;
    }

    @Test
    void shouldNameAPartThatTheDirectoryLacks() throws IOException {
        Path index = directory.resolve("model_index.json");
        Files.copy(configs.resolve("model_index.json"), index);
        assertThatThrownBy(
                        () ->
                                CheckpointPlan.of(
                                        ConfigFiles.find(directory.toString()),
                                        TensorType.F32,
                                        LARGE))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("scheduler_config.json");
    }
}
