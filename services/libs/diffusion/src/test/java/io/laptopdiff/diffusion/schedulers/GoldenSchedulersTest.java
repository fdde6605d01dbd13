package io.laptopdiff.diffusion.schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Samplers against whole trajectories of diffusers, and the noising: relative L2 error below 1e-4.
 */
class GoldenSchedulersTest {

    private static final double TOLERANCE = 1e-4;

    @TestFactory
    Stream<DynamicTest> shouldEqualDiffusers() {
        return GoldenFiles.children("schedulers").stream()
                .filter(file -> isConfig(file) || isNoising(file) || isTrajectory(file))
                .map(file -> dynamicTest("schedulers/" + file.getFileName(), () -> check(file)));
    }

    private static boolean isConfig(Path file) {
        return file.toString().endsWith(".json");
    }

    private static boolean isNoising(Path file) {
        return file.getFileName().toString().startsWith("ddpm")
                && file.toString().endsWith(".safetensors");
    }

    private static boolean isTrajectory(Path file) {
        return file.toString().endsWith(".safetensors") && Files.isRegularFile(configOf(file));
    }

    private static Path configOf(Path trajectory) {
        return trajectory.resolveSibling(
                trajectory.getFileName().toString().replace(".safetensors", ".json"));
    }

    /** The walk of a pipeline's own or named sampler, with what the pipeline corrects. */
    @TestFactory
    Stream<DynamicTest> shouldEqualDiffusersPipelines(@TempDir Path directory) {
        return GoldenFiles.children("pipeline-schedulers").stream()
                .filter(GoldenSchedulersTest::isTrajectory)
                .map(
                        file ->
                                dynamicTest(
                                        "pipeline-schedulers/" + file.getFileName(),
                                        () -> shouldWalkAsThePipeline(file, directory)));
    }

    private static void shouldWalkAsThePipeline(Path file, Path directory) throws IOException {
        JsonNode golden = GoldenFiles.json(configOf(file));
        Path pipeline = Files.createDirectories(directory.resolve(file.getFileName()));
        Files.createDirectories(pipeline.resolve("scheduler"));
        Files.writeString(
                pipeline.resolve("model_index.json"),
                "{\"_class_name\": " + golden.get("pipeline") + "}");
        Files.writeString(
                pipeline.resolve("scheduler/scheduler_config.json"),
                golden.get("scheduler").toString());
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> tensors = GoldenModel.tensors(file, manager);
            Scheduler scheduler = Scheduler.ofPipeline(pipeline, golden.get("sampler").textValue());
            shouldWalk(scheduler, golden, tensors, manager);
        }
    }

    /** What training adds by {@code rescale_betas_zero_snr}. */
    @TestFactory
    Stream<DynamicTest> shouldEqualTheNoisingOfDiffusers() {
        return GoldenFiles.children("noising").stream()
                .filter(GoldenSchedulersTest::isTrajectory)
                .map(
                        file ->
                                dynamicTest(
                                        "noising/" + file.getFileName(),
                                        () -> shouldAddNoise(file, configOf(file))));
    }

    private static void shouldAddNoise(Path file, Path config) {
        try (NDManager manager = NDManager.newBaseManager()) {
            shouldAddNoise(
                    GoldenModel.tensors(file, manager), (ObjectNode) GoldenFiles.json(config));
        }
    }

    private static void check(Path file) {
        try (NDManager manager = NDManager.newBaseManager()) {
            if (isConfig(file)) {
                shouldScaleTheInitialNoise(file, manager);
            } else if (isNoising(file)) {
                shouldAddNoise(GoldenModel.tensors(file, manager), noising());
            } else {
                JsonNode golden = GoldenFiles.json(configOf(file));
                shouldWalk(
                        scheduler(configOf(file), golden),
                        golden,
                        GoldenModel.tensors(file, manager),
                        manager);
            }
        }
    }

    private static void shouldScaleTheInitialNoise(Path file, NDManager manager) {
        JsonNode golden = GoldenFiles.json(file);
        try (Sampling sampling = begin(scheduler(file, golden), golden, Map.of(), manager)) {
            shouldScaleTheInitialNoise(sampling, golden);
        }
    }

    private static void shouldScaleTheInitialNoise(Sampling sampling, JsonNode golden) {
        double expected = golden.get("init_noise_sigma").asDouble();
        assertThat(sampling.initNoiseSigma()).isCloseTo(expected, within(TOLERANCE * expected));
    }

    private static void shouldWalk(
            Scheduler scheduler, JsonNode config, Map<String, NDArray> golden, NDManager manager) {
        try (Sampling sampling = begin(scheduler, config, golden, manager)) {
            shouldScaleTheInitialNoise(sampling, config);
            double[] timesteps = golden.get("timesteps").toDoubleArray();
            assertThat(sampling.steps()).isEqualTo(timesteps.length);
            NDArray sample = golden.get("initial");
            for (int step = 0; step < timesteps.length; step++) {
                assertThat(sampling.timestep(step))
                        .as("timestep %d", step)
                        .isCloseTo(timesteps[step], within(1e-3));
                String suffix = String.format(".%02d", step);
                assertClose(sampling.scaleInput(step, sample), golden, "scaled_input" + suffix);
                sample = sampling.step(step, golden.get("model_output" + suffix), sample);
                assertClose(sample, golden, "sample" + suffix);
            }
        }
    }

    /**
     * The noising has no config of its own: METHOD gives it (scaled_linear, 0.00085 to 0.012, 1000
     * timesteps).
     */
    private static ObjectNode noising() {
        return new ObjectMapper()
                .createObjectNode()
                .put("beta_schedule", "scaled_linear")
                .put("beta_start", 0.00085)
                .put("beta_end", 0.012);
    }

    private static void shouldAddNoise(Map<String, NDArray> golden, ObjectNode config) {
        NoiseScheduler scheduler =
                NoiseScheduler.of(ModelConfig.of(Path.of("noising.json"), config));
        NDArray original = golden.get("original");
        NDArray noise = golden.get("noise");
        NDArray timestep = golden.get("timestep");
        if (golden.containsKey("alphas_cumprod")) {
            float[] expected = golden.get("alphas_cumprod").toFloatArray();
            assertThat(scheduler.timesteps()).isEqualTo(expected.length);
            for (int t = 0; t < expected.length; t++) {
                assertThat(scheduler.alphaCumprod(t))
                        .isCloseTo(expected[t], within(TOLERANCE * expected[t]));
            }
        }
        assertClose(scheduler.addNoise(original, noise, timestep), golden, "noisy");
        if (golden.containsKey("velocity")) {
            assertClose(scheduler.velocity(original, noise, timestep), golden, "velocity");
        }
    }

    private static Scheduler scheduler(Path file, JsonNode golden) {
        ObjectNode config = golden.deepCopy();
        config.remove(List.of("num_inference_steps", "init_noise_sigma"));
        return Scheduler.of(ModelConfig.of(file, config));
    }

    /** With the noise that diffusers drew in its steps. */
    private static Sampling begin(
            Scheduler scheduler, JsonNode config, Map<String, NDArray> golden, NDManager manager) {
        return scheduler.begin(
                config.get("num_inference_steps").asInt(),
                (step, sample) -> golden.get(String.format("noise.%02d", step)).duplicate(),
                manager);
    }

    private static void assertClose(NDArray actual, Map<String, NDArray> golden, String name) {
        assertThat(GoldenFiles.relativeError(actual, golden.get(name)))
                .as(name)
                .isLessThan(TOLERANCE);
    }
}
