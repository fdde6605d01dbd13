package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.AllocatedMemory;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what the C library says is allocated while a pass is recorded. */
class TrainingMemoryTest {

    private static final int LATENT = 32;
    private static final int TOKENS = 77;

    private static UNetLayout layout(String removed) throws Exception {
        ObjectNode config =
                (ObjectNode)
                        new ObjectMapper()
                                .readTree(
                                        """
            {"_class_name": "UNet2DConditionModel", "sample_size": 32, "in_channels": 4, "out_channels": 4,
             "layers_per_block": 2, "block_out_channels": [64, 128, 128], "norm_num_groups": 32, "norm_eps": 1e-05,
             "attention_head_dim": 8, "cross_attention_dim": 96,
             "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             "mid_block_type": "UNetMidBlock2DCrossAttn",
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}""");
        if (!removed.isEmpty()) {
            for (String unit : removed.split(";")) {
                config.withArray(UNetConfig.REMOVED_UNITS).add(unit);
            }
        }
        return UNetLayout.of(UNetConfig.of(config, Path.of("config.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "4, ''",
        "8, ''",
        "8, down_blocks.0.resnets.1;up_blocks.2.attentions.0.transformer_blocks.0;up_blocks.2.resnets.2"
    })
    void shouldForetellWhatARecordedPassKeeps(int batch, String removed) throws Exception {
        UNetLayout layout = layout(removed);
        try (NDManager manager = Devices.newCpuManager();
                UNet2DConditionModel model =
                        new UNet2DConditionModel(
                                layout, StateDict.random(layout.tensors(), 3, manager))) {
            model.weights().requireGradients();
            long kept = 0;
            for (int round = 0; round < 2; round++) { // the first compiles
                try (NDManager scope = manager.newSubManager();
                        GradientTape tape = GradientTape.record()) {
                    NDArray sample = scope.randomNormal(new Shape(batch, 4, LATENT, LATENT));
                    NDArray text = scope.randomNormal(new Shape(batch, TOKENS, 96));
                    NDArray timestep = scope.full(new Shape(batch), 500f);
                    long before = AllocatedMemory.bytes();
                    UNetOutput output = model.forward(sample, timestep, text, null);
                    kept = AllocatedMemory.bytes() - before;
                    assertThat(output.sample().getShape().get(0)).isEqualTo(batch);
                }
            }
            long foretold = new TrainingMemory(layout, LATENT, LATENT, TOKENS).kept(batch);
            assertThat(foretold / (double) kept).isCloseTo(1, within(0.1));
        }
    }

    @Test
    void shouldCountParametersAndFeatures() throws Exception {
        UNetLayout layout = layout("");
        TrainingMemory memory = new TrainingMemory(layout, LATENT, LATENT, TOKENS);
        assertThat(memory.parameters(false)).isEqualTo(16 * layout.parameters());
        assertThat(memory.parameters(true)).isEqualTo(20 * layout.parameters());
        // down 64@16, 128@8, 128@8; mid 128@8; up 128@16, 128@32, 64@32; output 4@32
        long features = 64 * 256 + 3 * 128 * 64 + 128 * 256 + 128 * 1024 + 64 * 1024 + 4 * 1024;
        assertThat(memory.features(2)).isEqualTo(4 * 2 * features);
    }

    @Test
    void shouldKeepLessWithCheckpointing() throws Exception {
        TrainingMemory memory = new TrainingMemory(layout(""), LATENT, LATENT, TOKENS);
        assertThat(memory.activations(4, true)).isLessThan(memory.activations(4, false) / 2);
        assertThat(memory.activations(8, false))
                .isBetween(
                        19 * memory.activations(4, false) / 10,
                        2 * memory.activations(4, false) + 1);
    }
}
