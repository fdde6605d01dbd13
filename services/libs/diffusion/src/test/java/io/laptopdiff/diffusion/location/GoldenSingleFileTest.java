package io.laptopdiff.diffusion.location;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointCopy;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.export.StudentDirectory;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single files in the original layout against diffusers' own conversion: every tensor equal. */
class GoldenSingleFileTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String WEIGHTS = "diffusion_pytorch_model";

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({"sd1, SD15", "sd2, SD21", "sdxl, SDXL"})
    void shouldTellTheBaseByItsTensors(String kind, KnownBase base) {
        try (SafetensorsFile file = SafetensorsFile.open(original(kind))) {
            assertThat(KnownBase.of(file)).isEqualTo(base);
        }
    }

    @ParameterizedTest
    @CsvSource({"sd1, sd15", "sd2, sd21", "sdxl, sdxl"})
    void shouldHoldTheTensorsThatDiffusersConverts(String kind, String base) throws Exception {
        Path view = view(kind, base);
        JsonNode expected = GoldenFiles.json(golden(kind).resolve("expected.json"));
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Map.Entry<String, JsonNode> part : expected.properties()) {
                Path directory = view.resolve(part.getKey());
                try (StateDict weights =
                        StateDict.read(
                                directory, baseName(part.getKey()), shapes(directory), manager)) {
                    check(part.getKey(), weights, part.getValue());
                }
            }
            StableDiffusionPipeline.load(view, manager).close();
        }
    }

    @ParameterizedTest
    @CsvSource({"sd1, sd15", "sd2, sd21", "sdxl, sdxl"})
    void shouldComeOutAsADiffusersDirectory(String kind, String base) throws Exception {
        Path view = view(kind, base);
        Path target = scratch.resolve("student");
        JsonNode expected = GoldenFiles.json(golden(kind).resolve("expected.json"));
        try (NDManager manager = NDManager.newBaseManager()) {
            try (UNet2DConditionModel teacher =
                            UNet2DConditionModel.load(view.resolve("unet"), manager);
                    UNet2DConditionModel student =
                            teacher.prune(Set.of("down_blocks.0.resnets.1"), manager)) {
                StudentDirectory.write(view, student, target);
            }
            for (String part : List.of("vae", "text_encoder")) {
                Path file = target.resolve(part).resolve(baseName(part) + ".safetensors");
                assertThat(Files.isSymbolicLink(file)).isFalse();
                try (StateDict weights = StateDict.readFile(file, manager)) {
                    assertThat(weights.names()).hasSize(expected.get(part).size());
                    check(part, weights, expected.get(part));
                }
                assertThat(Files.size(file))
                        .isEqualTo(
                                CheckpointCopy.sizeBytes(
                                        view.resolve(part)
                                                .resolve(baseName(part) + ".safetensors")));
            }
            StableDiffusionPipeline.load(target, manager).close();
        }
        try (Stream<Path> files = Files.walk(target)) {
            assertThat(files).noneMatch(Files::isSymbolicLink);
        }
    }

    private static void check(String part, StateDict weights, JsonNode expected) throws Exception {
        for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
            var array = weights.get(tensor.getKey());
            long[] shape = new long[tensor.getValue().get("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = tensor.getValue().get("shape").get(i).asLong();
            }
            assertThat(array.getShape())
                    .as(part + " " + tensor.getKey())
                    .isEqualTo(new Shape(shape));
            var bytes = array.toByteBuffer();
            byte[] content = new byte[bytes.remaining()];
            bytes.get(content);
            assertThat(
                            HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(content)))
                    .as(part + " " + tensor.getKey())
                    .isEqualTo(tensor.getValue().get("sha256").asText());
        }
    }

    private static String baseName(String part) {
        return part.startsWith("text_encoder") ? "model" : WEIGHTS;
    }

    private static Map<String, Shape> shapes(Path part) {
        String name = part.getFileName().toString();
        if (name.equals("unet")) {
            return UNetLayout.of(UNetConfig.read(part)).tensors();
        }
        if (name.equals("vae")) {
            return AutoencoderKL.tensors(VaeConfig.read(part));
        }
        ClipTextConfig config = ClipTextConfig.read(part);
        return name.equals("text_encoder")
                ? ClipTextModel.tensors(config)
                : ClipTextModelWithProjection.tensors(config);
    }

    private static Path golden(String kind) {
        return GOLDEN.resolve("single-file").resolve(kind);
    }

    private static Path original(String kind) {
        return golden(kind).resolve("original.safetensors");
    }

    /** The file with the configs of the tiny model and the golden files' vocabulary. */
    private Path view(String kind, String base) throws Exception {
        Path configs = scratch.resolve("configs");
        Map<String, byte[]> files = new LinkedHashMap<>(ConfigFiles.find(base).files());
        for (String part : ConfigFiles.find(base).parts()) {
            Path own = golden(kind).resolve("configs").resolve(part).resolve("config.json");
            if (Files.exists(own)) {
                files.put(part + "/config.json", Files.readAllBytes(own));
            }
            if (part.startsWith("tokenizer")) {
                for (String file : List.of("vocab.json", "merges.txt")) {
                    files.put(
                            part + "/" + file,
                            Files.readAllBytes(GOLDEN.resolve("tokenizer").resolve(file)));
                }
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = configs.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return SingleFile.view(original(kind), ConfigFiles.find(configs.toString())).make();
    }
}
