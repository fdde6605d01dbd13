package io.laptopdiff.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Single files with the names and shapes of the published SD-v1.5, SD-v2.1 and SDXL, as diffusers'
 * scripts write them, and with holes on disk for weights: every tensor of our configs of that base
 * is found, in its shape, and none is left over.
 */
class FullSizeSingleFileTest {

    private static final Path NAMES =
            Path.of("src/test/resources/golden/single-file/full-size.json.gz");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path scratch;

    @ParameterizedTest
    @CsvSource({"sd1, 64, 49407", "sd2, 96, 0", "sdxl, 128, 0"})
    void shouldFitTheConfigsOfItsBase(String kind, int latent, long lastPadding) throws Exception {
        Path file = scratch.resolve(kind + ".safetensors");
        write(file, names().get(kind));
        Path view = PipelineLocation.directory(file.toString(), Path::of);

        StableDiffusionPipeline.checkConfigs(view);
        UNetConfig unet = UNetConfig.read(view.resolve("unet"));
        assertThat(unet.sampleSize()).isEqualTo(latent);
        require(view.resolve("unet"), "diffusion_pytorch_model", UNetLayout.of(unet).tensors());
        VaeConfig vae = VaeConfig.read(view.resolve("vae"));
        require(view.resolve("vae"), "diffusion_pytorch_model", AutoencoderKL.tensors(vae));
        ClipTextConfig text = ClipTextConfig.read(view.resolve("text_encoder"));
        require(view.resolve("text_encoder"), "model", ClipTextModel.tensors(text));
        Path second = view.resolve("text_encoder_2");
        assertThat(Files.exists(second)).isEqualTo(kind.equals("sdxl"));
        if (kind.equals("sdxl")) {
            require(
                    second,
                    "model",
                    ClipTextModelWithProjection.tensors(ClipTextConfig.read(second)));
        }
        Path tokenizer = view.resolve(kind.equals("sdxl") ? "tokenizer_2" : "tokenizer");
        try (ClipTokenizer read = ClipTokenizer.load(tokenizer)) {
            assertThat(read.encode("a cat")).hasSize(77).endsWith(lastPadding);
        }
    }

    private static void require(Path part, String baseName, Map<String, Shape> expected) {
        try (CheckpointFiles files = CheckpointFiles.open(part, baseName)) {
            assertThatCode(() -> files.require(expected, name -> false))
                    .as(part.toString())
                    .doesNotThrowAnyException();
        }
    }

    private static JsonNode names() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(NAMES))) {
            return JSON.readTree(in);
        }
    }

    private static void write(Path file, JsonNode shapes) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, JsonNode> tensor : shapes.properties()) {
            long bytes = TensorType.F16.bytes();
            for (JsonNode dimension : tensor.getValue()) {
                bytes *= dimension.asLong();
            }
            ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F16");
            entry.set("shape", tensor.getValue());
            entry.putArray("data_offsets").add(offset).add(offset + bytes);
            offset += bytes;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(json.length)
                            .array());
            out.write(json);
            out.setLength(8 + json.length + offset);
        }
    }
}
