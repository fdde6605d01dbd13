package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The loss against METHOD's formula in plain Java, and its gradient against finite differences of
 * that formula.
 */
class DistillationLossTest {

    private static final List<String> STAGES = List.of("down_blocks.0", "mid_block", "up_blocks.0");
    private static final Shape SHAPE = new Shape(2, 3, 2, 2); // (B, C, h, w)
    private static final int ELEMENTS = 24;

    private final NDManager manager = NDManager.newBaseManager();
    private final Random random = new Random(5);

    /**
     * The student's output is at 0, its features after that; the same for the teacher; the target
     * last.
     */
    private final float[][] student = numbers(1 + STAGES.size());

    private final float[][] teacher = numbers(1 + STAGES.size());
    private final float[] target = numbers(1)[0];

    @AfterEach
    void close() {
        manager.close();
    }

    private float[][] numbers(int arrays) {
        float[][] numbers = new float[arrays][ELEMENTS];
        for (int a = 0; a < arrays; a++) {
            for (int i = 0; i < ELEMENTS; i++) {
                numbers[a][i] = (float) (random.nextGaussian() * Math.pow(10, a - 1));
            }
        }
        return numbers;
    }

    private static double meanSquaredDifference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum / a.length;
    }

    private static double weight(float[] feature, FeatureNormalization normalization) {
        double meanSquare = meanSquaredDifference(feature, new float[feature.length]);
        return switch (normalization) {
            case NONE -> 1;
            case L2 -> 1 / Math.sqrt(meanSquare);
            case SQUARED_L2 -> 1 / meanSquare;
        };
    }

    private double expectedTotal(LossWeights weights) {
        double total =
                weights.task() * meanSquaredDifference(target, student[0])
                        + weights.output() * meanSquaredDifference(teacher[0], student[0]);
        for (int i = 1; i <= STAGES.size(); i++) {
            total +=
                    weights.features()
                            * weight(teacher[i], weights.normalization())
                            * meanSquaredDifference(teacher[i], student[i]);
        }
        return total;
    }

    private UNetOutput output(float[][] values) {
        Map<String, NDArray> features = new LinkedHashMap<>();
        for (int i = 0; i < STAGES.size(); i++) {
            features.put(STAGES.get(i), manager.create(values[i + 1], SHAPE));
        }
        return new UNetOutput(manager.create(values[0], SHAPE), features);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeTheFormula(FeatureNormalization normalization) {
        LossWeights weights = new LossWeights(0.5, 2, 3, normalization);
        Losses losses =
                new DistillationLoss(weights)
                        .of(output(student), output(teacher), manager.create(target, SHAPE))
                        .read();
        assertThat(losses.total()).isCloseTo(expectedTotal(weights), within(1e-5 * losses.total()));
        assertThat(losses.task())
                .isCloseTo(meanSquaredDifference(target, student[0]), within(1e-5 * losses.task()));
        assertThat(losses.features()).extracting(FeatureTerm::stage).isEqualTo(STAGES);
        for (int i = 0; i < STAGES.size(); i++) {
            FeatureTerm term = losses.features().get(i);
            double raw = meanSquaredDifference(teacher[i + 1], student[i + 1]);
            double weight = weight(teacher[i + 1], normalization);
            assertThat(term.raw()).isCloseTo(raw, within(1e-5 * raw));
            assertThat(term.weight()).isCloseTo(weight, within(1e-5 * weight));
            assertThat(term.normalized()).isCloseTo(raw * weight, within(1e-5 * raw * weight));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveTheGradientOfTheFormula(FeatureNormalization normalization) {
        LossWeights weights = new LossWeights(0.5, 2, 3, normalization);
        UNetOutput learnt = output(student);
        learnt.sample().setRequiresGradient(true);
        learnt.features().values().forEach(feature -> feature.setRequiresGradient(true));
        try (GradientTape tape = GradientTape.record()) {
            StepLoss loss =
                    new DistillationLoss(weights)
                            .of(learnt, output(teacher), manager.create(target, SHAPE));
            tape.backward(loss.total());
        }
        checkGradient(learnt.sample(), 0, weights);
        for (int i = 0; i < STAGES.size(); i++) {
            checkGradient(learnt.features().get(STAGES.get(i)), i + 1, weights);
        }
    }

    /** Central differences of a quadratic are exact but for rounding, whatever the width. */
    private void checkGradient(NDArray array, int which, LossWeights weights) {
        float[] gradient = array.getGradient().toFloatArray();
        for (int i = 0; i < ELEMENTS; i += 5) {
            float at = student[which][i];
            float width = 0.25f * (1 + Math.abs(at));
            student[which][i] = at + width;
            double above = expectedTotal(weights);
            double up = student[which][i];
            student[which][i] = at - width;
            double below = expectedTotal(weights);
            double down = student[which][i];
            student[which][i] = at;
            double expected = (above - below) / (up - down);
            assertThat((double) gradient[i])
                    .as("array %d, element %d", which, i)
                    .isCloseTo(expected, within(1e-4 * Math.abs(expected) + 1e-6));
        }
    }

    @Test
    void shouldLeaveOutATermOfWeightZeroEvenIfItOverflows() {
        student[1][0] = Float.MAX_VALUE;
        LossWeights weights = new LossWeights(1, 1, 0, FeatureNormalization.NONE);
        StepLoss loss =
                new DistillationLoss(weights)
                        .of(output(student), output(teacher), manager.create(target, SHAPE));
        double expected =
                meanSquaredDifference(target, student[0])
                        + meanSquaredDifference(teacher[0], student[0]);
        assertThat((double) loss.total().getFloat()).isCloseTo(expected, within(1e-5 * expected));
    }

    @Test
    void shouldSayWhichTermIsNotFinite() {
        student[2][0] = Float.NaN;
        StepLoss loss =
                new DistillationLoss(new LossWeights(1, 1, 1, FeatureNormalization.SQUARED_L2))
                        .of(output(student), output(teacher), manager.create(target, SHAPE));
        assertThatThrownBy(loss::read)
                .isInstanceOf(NonFiniteLossException.class)
                .hasMessageContaining("total NaN")
                .hasMessageContaining("mid_block NaN")
                .hasMessageNotContaining("up_blocks.0");
    }

    @Test
    void shouldStayFiniteWhereATeachersFeatureIsDead() {
        teacher[1] = new float[ELEMENTS];
        student[1] = new float[ELEMENTS];
        StepLoss loss =
                new DistillationLoss(new LossWeights(1, 1, 1, FeatureNormalization.SQUARED_L2))
                        .of(output(student), output(teacher), manager.create(target, SHAPE));
        assertThat(loss.read().features().get(0).normalized()).isZero();
    }

    @Test
    void shouldPairTheStagesThatTeacherAndStudentShare() {
        List<String> whole =
                List.of(
                        "down_blocks.0",
                        "down_blocks.1",
                        "mid_block",
                        "up_blocks.0",
                        "up_blocks.1");
        assertThat(StagePair.of(whole, whole))
                .allMatch(pair -> pair.teacher().equals(pair.student()));
        assertThat(StagePair.of(whole, List.of("down_blocks.0", "up_blocks.0")))
                .containsExactly(
                        new StagePair("down_blocks.0", "down_blocks.0"),
                        new StagePair("up_blocks.1", "up_blocks.0"));
    }
}
