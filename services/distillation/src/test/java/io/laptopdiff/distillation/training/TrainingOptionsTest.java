package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recipe can ask for beside the plain step. */
class TrainingOptionsTest {

    @TempDir private static Path home;
    private static TinyDistillation tiny;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
    }

    @Test
    void shouldMakeOfSeveralBatchesTheStepOfTheBigOne() throws IOException {
        try (StepFixture big = new StepFixture(tiny, Map.of("batchSize", 6, "minSnrGamma", 5));
                StepFixture parts =
                        new StepFixture(
                                tiny,
                                Map.of(
                                        "batchSize", 2,
                                        "gradientAccumulation", 3,
                                        "minSnrGamma", 5))) {
            TrainingStep.Report whole = big.run(1);
            TrainingStep.Report added = parts.run(1);
            assertThat(added.gradientNorm())
                    .isCloseTo(whole.gradientNorm(), within(1e-5 * whole.gradientNorm()));
            assertThat(added.losses().total())
                    .isCloseTo(whole.losses().total(), within(1e-5 * whole.losses().total()));
            for (int i = 0; i < whole.losses().features().size(); i++) {
                assertThat(added.losses().features().get(i).weight())
                        .isCloseTo(
                                whole.losses().features().get(i).weight(),
                                within(1e-5 * whole.losses().features().get(i).weight()));
            }
            // The moments, not the weights, say whether the gradients are the same: AdamW's first
            // step moves by the sign of a gradient, however small.
            Map<String, float[]> expected = firstMoments(big);
            double difference = 0;
            double size = 0;
            for (Map.Entry<String, float[]> moment : firstMoments(parts).entrySet()) {
                float[] one = expected.get(moment.getKey());
                for (int i = 0; i < one.length; i++) {
                    difference += Math.pow(moment.getValue()[i] - one[i], 2);
                    size += Math.pow(one[i], 2);
                }
            }
            assertThat(Math.sqrt(difference / size)).isLessThan(1e-5);
        }
    }

    private static Map<String, float[]> firstMoments(StepFixture fixture) throws IOException {
        fixture.trainee.optimizer().write(home, "optimizer");
        Map<String, float[]> moments = new HashMap<>();
        try (StateDict state =
                StateDict.readFile(home.resolve("optimizer.safetensors"), fixture.manager())) {
            state.asMap()
                    .forEach(
                            (name, array) -> {
                                if (name.startsWith("exp_avg.")) {
                                    moments.put(name, array.toFloatArray());
                                }
                            });
        }
        return moments;
    }

    @Test
    void shouldLeaveNoTraceOfAStepThatIsBrokenOff() {
        Map<String, ?> recipe = Map.of("gradientAccumulation", 3);
        try (StepFixture broken = new StepFixture(tiny, recipe);
                StepFixture through = new StepFixture(tiny, recipe)) {
            AtomicInteger asked = new AtomicInteger();
            // Three times for the teacher, then before the second and third batch.
            assertThat(broken.step.run(0, () -> asked.incrementAndGet() == 5)).isEmpty();
            assertThat(asked).hasValue(5);
            assertThat(broken.trainee.optimizer().gradientNorm()).isZero();
            assertThat(broken.run(0).losses()).isEqualTo(through.run(0).losses());
            broken.weights()
                    .forEach(
                            (name, values) ->
                                    assertThat(values)
                                            .as(name)
                                            .isEqualTo(through.weights().get(name)));
        }
    }

    /** average = d average + (1 - d) weights, d = min(decay, (1 + n) / (10 + n)) at update n. */
    @Test
    void shouldKeepTheMovingAverageOfTheWeights() {
        try (StepFixture fixture = new StepFixture(tiny, Map.of("emaDecay", 0.22))) {
            String name = "conv_in.weight";
            double[] expected = doubles(fixture.weights().get(name));
            for (int step = 0; step < 3; step++) {
                fixture.run(step);
                double decay = Math.min(0.22, (2.0 + step) / (11.0 + step));
                float[] now = fixture.weights().get(name);
                for (int i = 0; i < now.length; i++) {
                    expected[i] = decay * expected[i] + (1 - decay) * now[i];
                }
            }
            double[] average = doubles(StepFixture.values(fixture.trainee.result()).get(name));
            for (int i = 0; i < average.length; i++) {
                assertThat(average[i]).isCloseTo(expected[i], within(1e-6));
            }
            assertThat(average).isNotEqualTo(doubles(fixture.weights().get(name)));
        }
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    @Test
    void shouldFollowTheScheduleAfterTheWarmUp() {
        Map<String, List<Double>> expected =
                Map.of(
                        "constant", List.of(5e-4, 1e-3, 1e-3, 1e-3),
                        "linear", List.of(5e-4, 1e-3, 1e-3, 5e-4),
                        "cosine", List.of(5e-4, 1e-3, 1e-3, 5e-4));
        expected.forEach(
                (schedule, rates) -> {
                    try (StepFixture fixture =
                            new StepFixture(
                                    tiny,
                                    Map.of("schedule", schedule, "steps", 4, "batchSize", 1))) {
                        for (int step = 0; step < 4; step++) {
                            assertThat(fixture.run(step).learningRate())
                                    .as("%s, step %d", schedule, step)
                                    .isCloseTo(rates.get(step), within(1e-12));
                        }
                    }
                });
    }

    /** Of one term alone, the gradient's norm is known from a step on that term alone. */
    @Test
    void shouldTellEachTermsShareOfTheGradientAndTrainAsIfItHadNotLooked() {
        Map<String, ?> plain = Map.of("featureWeight", 0, "taskWeight", 0.5, "outputWeight", 2);
        Map<String, ?> looking =
                Map.of(
                        "featureWeight", 0,
                        "taskWeight", 0.5,
                        "outputWeight", 2,
                        "gradientSharesEverySteps", 2);
        double task = norm(Map.of("featureWeight", 0, "taskWeight", 0.5, "outputWeight", 0));
        double output = norm(Map.of("featureWeight", 0, "taskWeight", 0, "outputWeight", 2));
        try (StepFixture fixture = new StepFixture(tiny, looking);
                StepFixture same = new StepFixture(tiny, plain)) {
            Map<String, Double> shares = fixture.run(0).gradientShares();
            assertThat(shares).containsOnlyKeys("task", "output");
            assertThat(shares.get("task")).isCloseTo(task / (task + output), within(1e-5));
            assertThat(shares.get("output")).isCloseTo(output / (task + output), within(1e-5));
            assertThat(fixture.run(1).gradientShares()).isNull();
            same.run(0);
            same.run(1);
            assertThat(fixture.weights().get("conv_in.weight"))
                    .isEqualTo(same.weights().get("conv_in.weight"));
            assertThat(fixture.run(2).gradientShares()).isNotNull();
        }
        try (StepFixture all = new StepFixture(tiny, Map.of("gradientSharesEverySteps", 1))) {
            Map<String, Double> shares = all.run(0).gradientShares();
            assertThat(shares).hasSize(11).containsKey("features.mid_block");
            assertThat(shares.values().stream().mapToDouble(share -> share).sum())
                    .isCloseTo(1, within(1e-9));
        }
    }

    private static double norm(Map<String, ?> recipe) {
        try (StepFixture fixture = new StepFixture(tiny, recipe)) {
            return fixture.run(0).gradientNorm();
        }
    }

    @Test
    void shouldGuideTheTeachersOutputAndLeaveItsFeatures() {
        try (StepFixture fixture = new StepFixture(tiny, Map.of("captionDropout", 0));
                NDManager scope = fixture.manager().newSubManager()) {
            Batches.Batch batch = fixture.batches.at(0, scope);
            Batches.Batch free = fixture.batches.withoutCaptions(batch, scope);
            UNetOutput with =
                    new Teacher(fixture.teacher, fixture.batches, null).teach(batch, scope);
            UNetOutput without =
                    new Teacher(fixture.teacher, fixture.batches, null).teach(free, scope);
            UNetOutput guided =
                    new Teacher(fixture.teacher, fixture.batches, 3.0).teach(batch, scope);
            float[] c = with.sample().toFloatArray();
            float[] u = without.sample().toFloatArray();
            float[] g = guided.sample().toFloatArray();
            assertThat(c).isNotEqualTo(u);
            for (int i = 0; i < g.length; i++) {
                assertThat(g[i]).isCloseTo(u[i] + 3 * (c[i] - u[i]), within(1e-5f));
            }
            NDArray feature = guided.features().get("mid_block");
            assertThat(feature.toFloatArray())
                    .isEqualTo(with.features().get("mid_block").toFloatArray());
        }
        assertThat(norm(Map.of("teacherGuidance", 3.0))).isPositive();
    }

    /** v = (noise - sqrt(1 - a) noisy) / sqrt(a), which follows from both definitions. */
    @Test
    void shouldHoldAStudentOfAVelocityModelToTheVelocity() throws IOException {
        TinyDistillation velocity = TinyDistillation.in(home.resolve("velocity"));
        Path config = velocity.teacher().resolve("scheduler/scheduler_config.json");
        Files.writeString(config, Files.readString(config).replace("epsilon", "v_prediction"));
        NoiseScheduler scheduler = NoiseScheduler.read(config.getParent());
        try (StepFixture noise = new StepFixture(tiny, Map.of());
                StepFixture other = new StepFixture(velocity, Map.of());
                NDManager scope = noise.manager().newSubManager()) {
            Batches.Batch one = noise.batches.at(4, scope);
            Batches.Batch two = other.batches.at(4, scope);
            float[] noisy = two.noisy().toFloatArray();
            float[] epsilon = one.target().noise().toFloatArray();
            float[] target = two.target().noise().toFloatArray();
            long[] timesteps = two.timesteps().toLongArray();
            assertThat(one.noisy().toFloatArray()).isEqualTo(noisy);
            for (int i = 0; i < target.length; i++) {
                double signal =
                        scheduler.alphaCumprod(
                                (int) timesteps[i * timesteps.length / target.length]);
                double expected =
                        (epsilon[i] - Math.sqrt(1 - signal) * noisy[i]) / Math.sqrt(signal);
                assertThat(target[i]).isCloseTo((float) expected, within(1e-4f));
            }
            assertThat(other.run(0).losses().task()).isPositive();
        }
    }
}
