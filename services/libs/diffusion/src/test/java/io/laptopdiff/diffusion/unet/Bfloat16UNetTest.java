package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.engine.Operator;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** bfloat16 layers against diffusers' outputs in FLOAT32. */
class Bfloat16UNetTest {

    /** Relative L2 error; eight bits of mantissa, through some sixty layers. */
    private static final double RELATIVE_ERROR = 2e-2;

    @TestFactory
    Stream<DynamicNode> unets() {
        return GoldenFiles.children("unet").stream()
                .map(
                        directory ->
                                dynamicTest(
                                        directory.getFileName().toString(),
                                        () -> shouldComeCloseToDiffusers(directory)));
    }

    private static void shouldComeCloseToDiffusers(Path directory) {
        try (NDManager manager = NDManager.newBaseManager();
                Bfloat16UNet model = Bfloat16UNet.load(directory, manager);
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            GoldenInputs io = new GoldenInputs(file, manager);
            UNetOutput output = io.forward(model, Set.of());
            double error = GoldenFiles.relativeError(output.sample(), io.read("output"));
            assertThat(error).isLessThan(RELATIVE_ERROR);
            if (roundsActivations()) {
                assertThat(error).as("computed in bfloat16").isGreaterThan(1e-5);
            }
            output.features()
                    .forEach(
                            (stage, feature) ->
                                    assertThat(feature.getShape())
                                            .isEqualTo(io.read("feature." + stage).getShape()));

            String unit = model.layout().units().get(1).path();
            RemovalSweep.Outputs outputs =
                    new RemovalSweep(model, 4, () -> {})
                            .outputs(
                                    io.read("sample"),
                                    io.read("timestep"),
                                    io.read("encoder_hidden_states"),
                                    io.added(model),
                                    List.of(Set.of(unit)));
            assertThat(
                            GoldenFiles.relativeError(
                                    outputs.without().get(0),
                                    io.forward(model, Set.of(unit)).sample()))
                    .isLessThan(RELATIVE_ERROR);
        }
    }

    /** Where the processor has no such products, only the weights are rounded. */
    private static boolean roundsActivations() {
        return !CheckedOperators.report()
                .chosen(Operator.LINEAR_BFLOAT16)
                .orElseThrow()
                .form()
                .equals("computed in fp32");
    }
}
