package io.laptopdiff.diffusion.schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Oracle: where the data is one known point, the best model's noise is the same at every timestep,
 * so every solver of the sampling equation, whatever its order, must walk exactly along signal *
 * point + noise * that noise. (DDIM and PNDM with {@code linspace} do not: diffusers' stride,
 * training timesteps over steps, then misses the next timestep; nor does PNDM with velocities,
 * which it blends before it turns them into noise. Equality with diffusers comes first.)
 */
class SamplingTest {

    private static final String BETAS =
            "\"beta_start\": 0.00085, \"beta_end\": 0.012, \"beta_schedule\": \"scaled_linear\"";
    private static final Shape SHAPE = new Shape(2, 4, 3, 3);

    @ParameterizedTest
    @CsvSource({
        "DDIMScheduler, leading, epsilon, 10",
        "DDIMScheduler, leading, v_prediction, 8",
        "DDIMScheduler, trailing, v_prediction, 1",
        "PNDMScheduler, leading, epsilon, 10",
        "PNDMScheduler, leading, epsilon, 5",
        "PNDMScheduler, leading, epsilon, 1",
        "EulerDiscreteScheduler, leading, v_prediction, 10",
        "EulerDiscreteScheduler, trailing, epsilon, 8",
        "EulerDiscreteScheduler, linspace, epsilon, 1",
        "DPMSolverMultistepScheduler, leading, v_prediction, 10",
        "DPMSolverMultistepScheduler, linspace, epsilon, 20",
        "DPMSolverMultistepScheduler, trailing, epsilon, 1",
        "UniPCMultistepScheduler, leading, v_prediction, 10",
        "UniPCMultistepScheduler, linspace, epsilon, 20",
        "UniPCMultistepScheduler, trailing, epsilon, 1",
    })
    void shouldWalkAlongTheExactSolution(
            String name, String spacing, String prediction, int steps) {
        Scheduler scheduler =
                scheduler(
                        name,
                        "\"clip_sample\": false, \"skip_prk_steps\": true, \"timestep_spacing\": \""
                                + spacing
                                + "\", \"prediction_type\": \""
                                + prediction
                                + "\"");
        try (NDManager manager = NDManager.newBaseManager();
                Sampling sampling = scheduler.begin(steps, manager)) {
            NDArray point = normal(1, manager);
            NDArray noise = normal(2, manager);
            boolean bySigma = scheduler instanceof EulerDiscrete;
            NDArray sample = on(point, noise, (int) Math.round(sampling.timestep(0)), bySigma);
            for (int step = 0; step < sampling.steps(); step++) {
                int timestep = (int) Math.round(sampling.timestep(step));
                NDArray output =
                        prediction.equals("epsilon")
                                ? noise
                                : point.mul(-noiseAt(timestep)).add(noise.mul(signalAt(timestep)));
                sample = sampling.step(step, output, sample);
            }
            // PNDM leads to timestep 0, DDIM to the point itself (set_alpha_to_one), the others to
            // sigma 0.
            boolean exact = !(scheduler instanceof Pndm);
            NDArray expected = exact ? point : on(point, noise, 0, false);
            double allowed =
                    bySigma && steps > 1 ? 1e-2 : 1e-4; // Euler's timesteps are no whole numbers
            assertThat(sample.sub(expected).norm().getFloat() / expected.norm().getFloat())
                    .isLessThan((float) allowed);
        }
    }

    @Test
    void shouldFollowTheCosineSchedule() {
        NoiseScheduler scheduler =
                NoiseScheduler.of(
                        config(
                                "{\"beta_schedule\": \"squaredcos_cap_v2\", \"num_train_timesteps\": 100}"));
        // Nichol and Dhariwal, equation 17, at the middle
        double expected =
                square(Math.cos((0.5 + 0.008) / 1.008 * Math.PI / 2))
                        / square(Math.cos(0.008 / 1.008 * Math.PI / 2));
        assertThat(scheduler.alphaCumprod(49)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void shouldRefuseAnUnsupportedValueByItsField() {
        assertThatThrownBy(() -> scheduler("DDIMScheduler", "\"thresholding\": true"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("thresholding");
        assertThatThrownBy(() -> scheduler("PNDMScheduler", "\"skip_prk_steps\": false"))
                .hasMessageContaining("skip_prk_steps");
        assertThatThrownBy(
                        () ->
                                scheduler(
                                        "DPMSolverMultistepScheduler",
                                        "\"algorithm_type\": \"dpmsolver\""))
                .hasMessageContaining("algorithm_type");
        assertThatThrownBy(() -> scheduler("HeunDiscreteScheduler", "\"thresholding\": false"))
                .hasMessageContaining("_class_name");
        assertThatThrownBy(() -> scheduler("DDIMScheduler", "\"surprise\": 1"))
                .hasMessageContaining("surprise");
    }

    /** Another schedule than the one that the weights were trained on would pass unseen. */
    @ParameterizedTest
    @ValueSource(strings = "use_flow_sigmas")
    void shouldRefuseToTrainOnASampleScheduleItDoesNotHave(String field) {
        assertThatThrownBy(
                        () -> NoiseScheduler.of(config("{" + BETAS + ", \"" + field + "\": true}")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field);
    }

    @Test
    void shouldRefuseMoreStepsThanTheScheduleHas() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Scheduler scheduler = scheduler("DDIMScheduler", "\"clip_sample\": false");
            assertThatThrownBy(() -> scheduler.begin(1001, manager))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1001")
                    .hasMessageContaining("1000");
            assertThatThrownBy(() -> scheduler.begin(0, manager))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldRefuseStepsOutOfTurn() {
        try (NDManager manager = NDManager.newBaseManager();
                Sampling sampling =
                        scheduler("DDIMScheduler", "\"clip_sample\": false").begin(5, manager)) {
            NDArray sample = normal(3, manager);
            assertThatThrownBy(() -> sampling.step(1, sample, sample))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("0 comes next");
        }
    }

    @Test
    void shouldRefuseATimestepOutsideTheSchedule() {
        NoiseScheduler scheduler = NoiseScheduler.of(config("{" + BETAS + "}"));
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = normal(4, manager);
            assertThatThrownBy(() -> scheduler.addNoise(array, array, new long[] {0, 1000}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1000");
        }
    }

    private static Scheduler scheduler(String name, String fields) {
        return Scheduler.of(
                config("{\"_class_name\": \"" + name + "\", " + BETAS + ", " + fields + "}"));
    }

    private static ModelConfig config(String json) {
        try {
            return ModelConfig.of(
                    Path.of("scheduler_config.json"), new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static NDArray normal(long seed, NDManager manager) {
        Random random = new Random(seed);
        float[] values = new float[(int) SHAPE.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, SHAPE);
    }

    private static NDArray on(NDArray point, NDArray noise, int timestep, boolean bySigma) {
        double scale = bySigma ? signalAt(timestep) : 1;
        return point.mul(signalAt(timestep) / scale).add(noise.mul(noiseAt(timestep) / scale));
    }

    private static double signalAt(int timestep) {
        double product = 1;
        for (int t = 0; t <= timestep; t++) {
            product *=
                    1
                            - square(
                                    Math.sqrt(0.00085)
                                            + t / 999.0 * (Math.sqrt(0.012) - Math.sqrt(0.00085)));
        }
        return Math.sqrt(product);
    }

    private static double noiseAt(int timestep) {
        return Math.sqrt(1 - square(signalAt(timestep)));
    }

    private static double square(double x) {
        return x * x;
    }

    @Test
    void shouldTellOfAModelIndexThatNamesAnotherSampler(@TempDir Path directory)
            throws IOException {
        pipeline(directory, "StableDiffusionPipeline", "DDIMScheduler", "\"clip_sample\": false");
        assertThat(Scheduler.notes(directory)).isEmpty();
        for (String named : new String[] {"DDIMScheduler", "UniPCMultistepScheduler"}) {
            Files.writeString(
                    directory.resolve("model_index.json"),
                    "{\"_class_name\": \"StableDiffusionPipeline\", \"scheduler\": [\"diffusers\", \""
                            + named
                            + "\"]}");
            assertThat(Scheduler.notes(directory))
                    .hasSize(named.startsWith("DDIM") ? 0 : 1)
                    .allMatch(note -> note.contains("DDIMScheduler") && note.contains(named));
        }
        assertThat(Scheduler.ofPipeline(directory)).isInstanceOf(Ddim.class);
    }

    @Test
    void shouldSwitchTheSamplerByName(@TempDir Path directory) throws IOException {
        pipeline(directory, "StableDiffusionPipeline", "DDIMScheduler", "\"clip_sample\": false");
        assertThat(Scheduler.ofPipeline(directory, null)).isInstanceOf(Ddim.class);
        assertThat(Scheduler.ofPipeline(directory, "pndm")).isInstanceOf(Pndm.class);
        assertThat(Scheduler.ofPipeline(directory, "euler")).isInstanceOf(EulerDiscrete.class);
        assertThat(Scheduler.ofPipeline(directory, "dpm-solver++"))
                .isInstanceOf(DpmSolverMultistep.class);
        assertThatThrownBy(() -> Scheduler.ofPipeline(directory, "lms"))
                .hasMessageContaining("euler");
        try (NDManager manager = NDManager.newBaseManager()) {
            for (String name : Scheduler.names()) {
                Scheduler scheduler = Scheduler.ofPipeline(directory, name);
                for (int steps : new int[] {1, 2, 10}) {
                    try (Sampling sampling = scheduler.begin(steps, manager)) {
                        assertThat(scheduler.passes(steps)).as(name).isEqualTo(sampling.steps());
                    }
                }
            }
        }
    }

    /** Oracle: the names of diffusers' own algorithms, told by whether a step asks for noise. */
    @ParameterizedTest
    @CsvSource({
        "dpm-solver++, false", "sde-dpm-solver++, true", "euler, false", "euler-ancestral, true",
        "ddim, false", "lcm, true", "unipc, false", "pndm, false",
    })
    void shouldDrawNoiseWhereTheSamplerIsStochastic(
            String name, boolean stochastic, @TempDir Path directory) throws IOException {
        pipeline(
                directory,
                "StableDiffusionPipeline",
                "DPMSolverMultistepScheduler",
                "\"algorithm_type\": \"sde-dpmsolver++\"");
        boolean[] asked = new boolean[1];
        try (NDManager manager = NDManager.newBaseManager();
                Sampling sampling =
                        Scheduler.ofPipeline(directory, name)
                                .begin(
                                        4,
                                        (step, sample) -> {
                                            asked[0] = true;
                                            return sample.zerosLike();
                                        },
                                        manager)) {
            NDArray sample = normal(5, manager);
            sampling.step(0, sample, sample);
            assertThat(asked[0]).isEqualTo(stochastic);
        }
    }

    @Test
    void shouldRefuseNoiseThatNobodyGives() {
        try (NDManager manager = NDManager.newBaseManager();
                Sampling sampling =
                        scheduler("EulerAncestralDiscreteScheduler", "\"trained_betas\": null")
                                .begin(5, manager)) {
            NDArray sample = normal(3, manager);
            assertThatThrownBy(() -> sampling.step(0, sample, sample))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("source of noise");
        }
    }

    /** diffusers would divide by the signal there. */
    @ParameterizedTest
    @ValueSource(strings = {"DDIMScheduler", "LCMScheduler"})
    void shouldRefuseToPredictTheNoiseWhereThereIsNoSignal(String name) {
        Scheduler scheduler =
                scheduler(
                        name,
                        "\"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\"");
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> scheduler.begin(4, manager))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rescale_betas_zero_snr");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lower_order_final\": false, \"solver_order\": 2",
                "solver_order\": 4",
                "solver_p\": {}",
                "disable_corrector\": [\"all\"]",
                "thresholding\": true"
            })
    void shouldRefuseWhatDiffusersItselfCannotWalkOrWeDoNot(String field) {
        assertThatThrownBy(() -> scheduler("UniPCMultistepScheduler", "\"" + field))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(field.substring(0, field.indexOf('"')));
    }

    private static void pipeline(Path directory, String pipeline, String name, String fields)
            throws IOException {
        Files.writeString(
                directory.resolve("model_index.json"), "{\"_class_name\": \"" + pipeline + "\"}");
        Files.createDirectories(directory.resolve("scheduler"));
        Files.writeString(
                directory.resolve("scheduler/scheduler_config.json"),
                "{\"_class_name\": \"" + name + "\", " + BETAS + ", " + fields + "}");
    }
}
