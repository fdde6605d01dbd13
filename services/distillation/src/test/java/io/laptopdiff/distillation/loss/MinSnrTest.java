package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.diffusion.schedulers.PredictionType;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MinSnrTest {

    @Test
    void shouldWeighNoiseAsThePaperDoes() {
        assertThat(MinSnr.weight(0.25, 5, PredictionType.EPSILON)).isEqualTo(1);
        assertThat(MinSnr.weight(5, 5, PredictionType.EPSILON)).isEqualTo(1);
        assertThat(MinSnr.weight(20, 5, PredictionType.EPSILON)).isEqualTo(0.25);
        assertThat(MinSnr.weight(0, 5, PredictionType.EPSILON)).isEqualTo(1);
    }

    @Test
    void shouldWeighVelocityAsThePaperDoes() {
        assertThat(MinSnr.weight(0.25, 5, PredictionType.V_PREDICTION)).isEqualTo(0.2);
        assertThat(MinSnr.weight(4, 5, PredictionType.V_PREDICTION)).isEqualTo(0.8);
        assertThat(MinSnr.weight(24, 5, PredictionType.V_PREDICTION)).isEqualTo(0.2);
        assertThat(MinSnr.weight(0, 5, PredictionType.V_PREDICTION)).isZero();
    }

    /**
     * By hand: squared errors 1, 1, 1, 1 and 4, 4, 0, 0, so sample means 1 and 2; weights 0.5 and
     * 0.25; task = (0.5 * 1 + 0.25 * 2) / 2 = 0.5.
     */
    @Test
    void shouldWeighEachSampleOfTheTaskTermAndNothingElse() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape shape = new Shape(2, 1, 2, 2); // (B, C, h, w)
            NDArray zero = manager.zeros(shape);
            NDArray noise = manager.create(new float[] {1, -1, 1, -1, 2, -2, 0, 0}, shape);
            NDArray teacher = manager.create(new float[] {2, 2, 2, 2, 2, 2, 2, 2}, shape);
            UNetOutput taught = new UNetOutput(teacher, Map.of("mid_block", teacher));
            StepLoss loss =
                    new DistillationLoss(new LossWeights(2, 3, 1, FeatureNormalization.L2))
                            .of(
                                    new UNetOutput(zero, Map.of("mid_block", zero)),
                                    taught,
                                    new DistillationLoss.Target(
                                            noise, manager.create(new float[] {0.5f, 0.25f})),
                                    DistillationLoss.meanSquares(List.of(taught)));
            assertThat(loss.read().task()).isCloseTo(0.5, within(1e-6));
            assertThat(loss.read().output()).isCloseTo(4, within(1e-6));
            assertThat(loss.read().features().get(0).raw()).isCloseTo(4, within(1e-6));
            assertThat(loss.read().features().get(0).normalized()).isCloseTo(2, within(1e-6));
            assertThat(loss.read().total()).isCloseTo(2 * 0.5 + 3 * 4 + 2, within(1e-5));
            assertThat(loss.terms()).containsOnlyKeys("task", "output", "features.mid_block");
        }
    }
}
