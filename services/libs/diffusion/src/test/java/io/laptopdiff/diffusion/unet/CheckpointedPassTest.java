package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.testing.ResidentMemory;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.CheckpointedPassTest.Gradients.Way;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A pass that computes every stage twice, against one that keeps all: PyTorch's own backward. */
class CheckpointedPassTest {

    private static final double TOLERANCE = 1e-5;
    private static final String DOWN = "DownBlock2D";
    private static final String UP = "UpBlock2D";

    @TestFactory
    Stream<DynamicTest> shouldGiveTheGradientsOfThePlainPass() {
        return GoldenFiles.children("unet").stream()
                .flatMap(
                        directory ->
                                Stream.of(3, 0)
                                        .map(
                                                every ->
                                                        dynamicTest(
                                                                directory.getFileName()
                                                                        + (every == 0
                                                                                ? ""
                                                                                : ", pruned"),
                                                                () -> compare(directory, every))));
    }

    /**
     * @param every so many-th unit is removed; 0 for none
     */
    private static void compare(Path directory, int every) {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel whole = UNet2DConditionModel.load(directory, manager);
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            Set<String> removed = new LinkedHashSet<>();
            List<Unit> units = whole.layout().units();
            for (int i = 0; every > 0 && i < units.size(); i += every) {
                removed.add(units.get(i).path());
            }
            UNet2DConditionModel model = whole.prune(removed, manager);
            model.weights().requireGradients();
            AddedConditions added =
                    model.config().addition().isPresent()
                            ? new AddedConditions(
                                    file.read("text_embeds", manager),
                                    file.read("time_ids", manager))
                            : null;
            Gradients gradients =
                    new Gradients(
                            model,
                            file.read("sample", manager),
                            file.read("timestep", manager),
                            file.read("encoder_hidden_states", manager),
                            added);
            Map<String, float[]> expected = new LinkedHashMap<>();
            Map<String, float[]> actual = new LinkedHashMap<>();
            double loss = gradients.of(Way.PLAIN, expected);
            assertThat(gradients.of(Way.CHECKPOINTED, actual))
                    .isCloseTo(loss, within(TOLERANCE * loss));
            requireEqual(actual, expected);
            gradients.of(Way.CHECKPOINTED_AFTER_ANOTHER_LOSS, actual);
            requireEqual(actual, expected);
        }
    }

    private static void requireEqual(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, values) -> {
                    double difference = 0;
                    double norm = 0;
                    for (int i = 0; i < values.length; i++) {
                        difference += Math.pow((double) actual.get(name)[i] - values[i], 2);
                        norm += Math.pow(values[i], 2);
                    }
                    assertThat(norm).as(name).isPositive();
                    assertThat(Math.sqrt(difference / norm)).as(name).isLessThan(TOLERANCE);
                });
    }

    /**
     * Without attention, so that large activations are quick to compute. The hungriest stage has
     * half of them; what a convolution needs for itself on the way back is in both.
     */
    @Test
    void shouldNeedLessMemory() {
        ObjectNode json =
                (ObjectNode)
                        GoldenFiles.json(GoldenFiles.root().resolve("unet/sd15-tiny/config.json"));
        json.putArray("block_out_channels").add(16).add(16).add(16);
        json.putArray("down_block_types").add(DOWN).add(DOWN).add(DOWN);
        json.putArray("up_block_types").add(UP).add(UP).add(UP);
        json.put("layers_per_block", 4).putNull("mid_block_type");
        UNetLayout layout = UNetLayout.of(UNetConfig.of(json, Path.of("config.json")));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model =
                        new UNet2DConditionModel(
                                layout, StateDict.random(layout.tensors(), 5, manager))) {
            model.weights().requireGradients();
            Gradients gradients =
                    new Gradients(
                            model,
                            manager.randomNormal(new Shape(1, 4, 256, 256)),
                            manager.create(new long[] {400}),
                            manager.zeros(new Shape(1, 7, 24)),
                            null);
            long before = ResidentMemory.nativeBytes();
            // What the first way freed serves the second, so that only the higher peak shows.
            long checkpointed =
                    ResidentMemory.peakNativeBytes(
                            () -> gradients.of(Way.CHECKPOINTED, new LinkedHashMap<>()));
            long plain =
                    ResidentMemory.peakNativeBytes(
                            () -> gradients.of(Way.PLAIN, new LinkedHashMap<>()));
            assertThat(checkpointed - before).isLessThan((plain - before) * 85 / 100);
        }
    }

    /** Gradients of one model on one batch, in several ways. */
    record Gradients(
            UNet2DConditionModel model,
            NDArray sample,
            NDArray timestep,
            NDArray text,
            AddedConditions added) {

        enum Way {
            PLAIN,
            CHECKPOINTED,
            CHECKPOINTED_AFTER_ANOTHER_LOSS
        }

        /** Returns the loss, and puts the weights' gradients, which are zero afterwards. */
        double of(Way way, Map<String, float[]> gradients) {
            try (NDManager scope = sample.getManager().newSubManager();
                    GradientTape tape = GradientTape.record()) {
                NDArray own = sample.duplicate();
                own.attach(scope);
                double value;
                if (way == Way.PLAIN) {
                    NDArray loss = loss(model.forward(own, timestep, text, added), scope);
                    value = loss.toType(DataType.FLOAT64, false).getDouble();
                    tape.backward(loss);
                } else {
                    CheckpointedPass pass = CheckpointedPass.of(model, own, timestep, text, added);
                    NDArray loss = loss(pass.output(), scope);
                    value = loss.toType(DataType.FLOAT64, false).getDouble();
                    if (way == Way.CHECKPOINTED_AFTER_ANOTHER_LOSS) {
                        pass.backward(pass.output().features().get("up_blocks.0").sum(), tape);
                        take(new LinkedHashMap<>());
                    }
                    pass.backward(loss, tape);
                }
                take(gradients);
                return value;
            }
        }

        /**
         * Output and features, each with another weight, so that none can stand for another. (DJL's
         * own product with a number is no good here: the number is in memory that Java may free
         * before the way back.)
         */
        private static NDArray loss(UNetOutput output, NDManager scope) {
            NDArray loss = output.sample().square().mean();
            int weight = 1;
            for (NDArray feature : output.features().values()) {
                loss =
                        TorchScriptFunction.of(
                                        "weighted loss",
                                        "loss, x",
                                        "return loss + torch.mean(x * x) * 0." + weight++)
                                .apply(loss, feature);
            }
            loss.attach(scope);
            return loss;
        }

        private void take(Map<String, float[]> gradients) {
            GradientTape.withoutRecording(
                    () -> {
                        model.weights()
                                .asMap()
                                .forEach(
                                        (name, weight) -> {
                                            try (NDArray gradient = weight.getGradient()) {
                                                gradients.put(name, gradient.toFloatArray());
                                                gradient.subi(gradient);
                                            }
                                        });
                        return null;
                    });
        }
    }
}
