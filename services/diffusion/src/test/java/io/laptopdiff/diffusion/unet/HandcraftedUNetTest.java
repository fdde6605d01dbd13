package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandcraftedUNetTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** Sizes: METHOD's table, from BK-SDM's published configs. */
    @ParameterizedTest
    @CsvSource({
        "sd15, bk-base, 579384964", "sd15, bk-small, 482346884", "sd15, bk-tiny, 323384964",
        "sd21, bk-v2-base, 583480964", "sd21, bk-v2-small, 485787524", "sd21, bk-v2-tiny, 326825604"
    })
    void shouldHaveThePublishedSize(String teacher, String name, long parameters) {
        Path file = GOLDEN.resolve("full-size/" + teacher + ".json");
        UNetConfig config = UNetConfig.of((ObjectNode) GoldenFiles.json(file).get("config"), file);
        HandcraftedUNet unet = HandcraftedUNet.ofLabel(name).orElseThrow();
        assertThat(unet.layout(config).parameters()).isEqualTo(parameters);
    }

    @Test
    void shouldTakeTheTeachersWeightsOfWhatStays() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher =
                        UNet2DConditionModel.load(GOLDEN.resolve("unet/sd15-tiny"), manager)) {
            for (HandcraftedUNet unet : HandcraftedUNet.values()) {
                try (UNet2DConditionModel student = unet.student(teacher, manager)) {
                    String up = unet == HandcraftedUNet.BK_TINY ? "up_blocks.0" : "up_blocks.1";
                    StateDict weights = student.weights();
                    assertThat(weights.get(up + ".resnets.1.conv1.weight").toFloatArray())
                            .isEqualTo(
                                    teacher.weights()
                                            .get("up_blocks.1.resnets.2.conv1.weight")
                                            .toFloatArray());
                    assertThat(weights.get("down_blocks.0.resnets.0.conv1.weight").toFloatArray())
                            .isEqualTo(
                                    teacher.weights()
                                            .get("down_blocks.0.resnets.0.conv1.weight")
                                            .toFloatArray());
                }
            }
        }
    }
}
