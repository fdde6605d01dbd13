package io.laptopdiff.diffusion.vae;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.golden.GoldenModel;
import io.laptopdiff.diffusion.golden.GoldenModel.Check;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The autoencoder against diffusers' latents and images: relative L2 error below 1e-4. */
class GoldenVaeTest {

    private static final double TOLERANCE = 1e-4;

    @TestFactory
    Stream<DynamicNode> shouldEqualDiffusers() {
        return GoldenModel.tests(
                "vae",
                new Check("config.json", (directory, manager) -> VaeConfig.read(directory)),
                new Check(
                        "diffusion_pytorch_model.safetensors",
                        GoldenVaeTest::shouldHoldTheExpectedTensors),
                new Check("io.safetensors", GoldenVaeTest::shouldEncodeAndDecode));
    }

    private static void shouldHoldTheExpectedTensors(Path directory, NDManager manager) {
        AutoencoderKL model = AutoencoderKL.load(directory, manager);
        assertThat(model.weights().names())
                .containsExactlyElementsOf(AutoencoderKL.tensors(model.config()).keySet());
    }

    private static void shouldEncodeAndDecode(Path directory, NDManager manager) {
        AutoencoderKL model = AutoencoderKL.load(directory, manager);
        Map<String, NDArray> io = GoldenModel.tensors(directory.resolve("io.safetensors"), manager);
        if (io.containsKey("image")) {
            LatentDistribution latents = model.encode(io.get("image"));
            assertClose(latents.mean(), io.get("latent_mean"), "latent_mean");
            assertClose(latents.logvar(), io.get("latent_logvar"), "latent_logvar");
        }
        if (io.containsKey("latent")) {
            assertClose(model.decode(io.get("latent")), io.get("decoded"), "decoded");
        }
    }

    private static void assertClose(NDArray actual, NDArray expected, String what) {
        assertThat(GoldenFiles.relativeError(actual, expected)).as(what).isLessThan(TOLERANCE);
    }
}
