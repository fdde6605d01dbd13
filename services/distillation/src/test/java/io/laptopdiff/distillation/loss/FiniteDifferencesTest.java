package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The gradient of the whole loss through a whole pruned U-Net in double precision, against central
 * differences of fourth order.
 */
class FiniteDifferencesTest {

    private static final double WIDTH = 3e-5;
    private static final double TOLERANCE = 1e-6;
    private static final NDManager MANAGER = NDManager.newBaseManager();

    @TempDir private static Path home;
    private static UNet2DConditionModel student;
    private static UNetOutput taught;
    private static NDArray noisy;
    private static NDArray timesteps;
    private static NDArray text;
    private static DistillationLoss.Target target;

    @BeforeAll
    static void makeATeacherAndItsStudent() throws IOException {
        TinyTeacher.write(home, 1);
        UNet2DConditionModel single = UNet2DConditionModel.load(home.resolve("unet"), MANAGER);
        UNet2DConditionModel teacher = inDoubles(single);
        student = inDoubles(single.prune(new LinkedHashSet<>(TinyDistillation.REMOVED), MANAGER));
        student.weights().requireGradients();
        Random random = new Random(3);
        noisy = gaussian(new Shape(2, 4, 8, 8), random);
        timesteps = MANAGER.create(new long[] {100, 700});
        text = gaussian(new Shape(2, 7, 24), random);
        target =
                new DistillationLoss.Target(
                        gaussian(new Shape(2, 4, 8, 8), random),
                        MANAGER.create(new double[] {0.3, 0.9}));
        taught = teacher.forward(noisy, timesteps, text, null);
    }

    @AfterAll
    static void close() {
        MANAGER.close();
    }

    private static UNet2DConditionModel inDoubles(UNet2DConditionModel model) {
        Map<String, NDArray> doubles = new LinkedHashMap<>();
        model.weights()
                .asMap()
                .forEach((name, array) -> doubles.put(name, array.toType(DataType.FLOAT64, true)));
        return new UNet2DConditionModel(model.layout(), StateDict.of(doubles, MANAGER));
    }

    private static NDArray gaussian(Shape shape, Random random) {
        double[] values = random.doubles(shape.size()).map(x -> random.nextGaussian()).toArray();
        return MANAGER.create(values, shape);
    }

    private static StepLoss loss(LossWeights weights, NDManager scope) {
        NDArray alias = noisy.reshape(noisy.getShape());
        alias.attach(scope);
        return new DistillationLoss(weights)
                .of(
                        student.forward(alias, timesteps, text, null),
                        taught,
                        target,
                        DistillationLoss.meanSquares(List.of(taught)));
    }

    private static double total(LossWeights weights) {
        try (NDManager scope = MANAGER.newSubManager()) {
            return loss(weights, scope).total().getDouble();
        }
    }

    /** Gradients by parameter; they are zero again afterwards. */
    private static Map<String, double[]> gradients(LossWeights weights) {
        try (NDManager scope = MANAGER.newSubManager();
                GradientTape tape = GradientTape.record()) {
            tape.backward(loss(weights, scope).total());
        }
        Map<String, double[]> gradients = new LinkedHashMap<>();
        student.weights()
                .asMap()
                .forEach(
                        (name, array) -> {
                            try (NDArray gradient = array.getGradient()) {
                                gradients.put(name, gradient.toDoubleArray());
                                gradient.subi(gradient);
                            }
                        });
        return gradients;
    }

    private static void move(Map<String, double[]> direction, double width) {
        direction.forEach(
                (name, values) -> {
                    NDArray array = student.weights().get(name);
                    double[] moved = array.toDoubleArray();
                    for (int i = 0; i < moved.length; i++) {
                        moved[i] += width * values[i];
                    }
                    try (NDArray to = MANAGER.create(moved, array.getShape())) {
                        to.copyTo(array);
                    }
                });
    }

    /** Along a direction of length 1: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h. */
    private static double difference(Map<String, double[]> direction, LossWeights weights) {
        double[] totals = new double[5];
        move(direction, -2 * WIDTH);
        for (int i = 0; i < totals.length; i++) {
            totals[i] = total(weights);
            move(direction, i < 4 ? WIDTH : -2 * WIDTH);
        }
        return (8 * (totals[3] - totals[1]) - (totals[4] - totals[0])) / (12 * WIDTH);
    }

    private static Map<String, double[]> random(Map<String, double[]> like, Random random) {
        Map<String, double[]> direction = new LinkedHashMap<>();
        like.forEach(
                (name, values) ->
                        direction.put(
                                name, random.doubles(values.length).map(x -> 2 * x - 1).toArray()));
        double length = Math.sqrt(product(direction, direction));
        direction.replaceAll(
                (name, values) -> Arrays.stream(values).map(x -> x / length).toArray());
        return direction;
    }

    private static double product(Map<String, double[]> direction, Map<String, double[]> gradient) {
        double product = 0;
        for (Map.Entry<String, double[]> entry : direction.entrySet()) {
            double[] slope = gradient.get(entry.getKey());
            for (int i = 0; i < slope.length; i++) {
                product += entry.getValue()[i] * slope[i];
            }
        }
        return product;
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveTheGradientThatDifferencesShow(FeatureNormalization normalization) {
        LossWeights weights = new LossWeights(0.7, 1.3, 0.4, normalization);
        Map<String, double[]> gradients = gradients(weights);
        Random random = new Random(9);
        for (int draw = 0; draw < 3; draw++) { // every parameter at once
            Map<String, double[]> direction = random(gradients, random);
            double expected = difference(direction, weights);
            assertThat(product(direction, gradients))
                    .isCloseTo(expected, within(TOLERANCE * Math.abs(expected)));
        }
    }

    @Test
    void shouldHaveTheGradientOfEveryTensorByItself() {
        LossWeights weights = new LossWeights(1, 1, 1, FeatureNormalization.SQUARED_L2);
        Map<String, double[]> gradients = gradients(weights);
        double scale =
                Math.sqrt(
                        gradients.values().stream()
                                .mapToDouble(g -> product(Map.of("g", g), Map.of("g", g)))
                                .max()
                                .orElseThrow());
        List<String> names = List.copyOf(gradients.keySet());
        for (int i = 0; i < names.size(); i += 29) { // some twenty, of every kind
            double[] slope = gradients.get(names.get(i));
            double norm = Math.sqrt(product(Map.of("g", slope), Map.of("g", slope)));
            double[] along = new double[slope.length];
            for (int j = 0; j < slope.length; j++) {
                along[j] = norm == 0 ? 1 : slope[j] / norm;
            }
            assertThat(difference(Map.of(names.get(i), along), weights))
                    .as(names.get(i))
                    .isCloseTo(norm, within(TOLERANCE * norm + 1e-8 * scale));
        }
    }
}
