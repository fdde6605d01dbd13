package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HandcraftedUNetTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** Sizes: METHOD's table, from BK-SDM's published configs. */
    @ParameterizedTest
    @CsvSource({
        "sd15, bk-base, 579384964",
        "sd15, bk-small, 482346884",
        "sd15, bk-tiny, 323384964",
        "sd21, bk-v2-base, 583480964",
        "sd21, bk-v2-small, 485787524",
        "sd21, bk-v2-tiny, 326825604",
        "sdxl, ssd-1b, 1331334404",
        "sdxl, vega, 745225604",
        "sdxl, koala-1b, 1161184324",
        "sdxl, koala-700m, 782822724"
    })
    void shouldHaveThePublishedSize(String teacher, String name, long parameters) {
        Path file = GOLDEN.resolve("full-size/" + teacher + ".json");
        UNetConfig config = config(file);
        HandcraftedUNet unet = HandcraftedUNet.ofLabel(name).orElseThrow();
        UNetLayout layout = unet.layout(config);
        assertThat(layout.parameters()).isEqualTo(parameters);
        assertThat(layout.units()).extracting(Unit::path).isEqualTo(goldenUnits(name));
        if (!unet.removedUnits(config).isEmpty()) {
            assertThat(UNetLayout.of(config).parameters(unet.removedUnits(config)))
                    .isEqualTo(parameters);
        }
    }

    private static UNetConfig config(Path file) {
        return UNetConfig.of((ObjectNode) GoldenFiles.json(file).get("config"), file);
    }

    private static List<String> goldenUnits(String name) {
        List<String> units = new ArrayList<>();
        GoldenFiles.json(GOLDEN.resolve("full-size/" + name + ".json"))
                .get("units")
                .forEach(unit -> units.add(unit.get("unit").textValue()));
        return units;
    }

    /** A teacher of SDXL's depths, in which every width is tiny. */
    @ParameterizedTest
    @EnumSource(names = {"SSD_1B", "VEGA", "KOALA_1B", "KOALA_700M"})
    void shouldTakeTheWeightsOfADeepTeacher(HandcraftedUNet unet) {
        Path file = GOLDEN.resolve("unet/sdxl-tiny/config.json");
        ObjectNode json = (ObjectNode) GoldenFiles.json(file);
        json.putArray("transformer_layers_per_block").add(1).add(2).add(10);
        UNetLayout layout = UNetLayout.of(UNetConfig.of(json, file));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher =
                        new UNet2DConditionModel(
                                layout, StateDict.random(layout.tensors(), 1, manager));
                UNet2DConditionModel student = unet.student(teacher, manager)) {
            assertThat(student.weights().names())
                    .containsExactlyElementsOf(unet.layout(teacher.config()).tensors().keySet());
            boolean layers = unet.removedUnits(teacher.config()).isEmpty();
            String kept = "up_blocks.0.attentions.%d.transformer_blocks.1.ff.net.2.weight";
            assertThat(student.weights().get(kept.formatted(1)).toFloatArray())
                    .isEqualTo(
                            teacher.weights().get(kept.formatted(layers ? 2 : 1)).toFloatArray());
        }
    }

    @Test
    void shouldRefuseATeacherThatIsNotDeepEnough() {
        UNetConfig sd15 = config(GOLDEN.resolve("full-size/sd15.json"));
        for (String name : List.of("ssd-1b", "vega", "koala-1b", "koala-700m")) {
            HandcraftedUNet unet = HandcraftedUNet.ofLabel(name).orElseThrow();
            assertThatThrownBy(() -> unet.layout(sd15))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("like SDXL's");
        }
    }

    @Test
    void shouldRefuseATeacherWhoseInnermostStagesDoNotFit() {
        Path file = GOLDEN.resolve("full-size/sd15.json");
        ObjectNode json = ((ObjectNode) GoldenFiles.json(file).get("config")).deepCopy();
        json.putArray("block_out_channels").add(320).add(640).add(1280).add(1600);
        UNetConfig teacher = UNetConfig.of(json, file);
        assertThat(HandcraftedUNet.BK_SMALL.layout(teacher).parameters()).isPositive();
        assertThatThrownBy(() -> HandcraftedUNet.BK_TINY.layout(teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bk-tiny needs up_blocks.0.resnets.0.norm1.weight")
                .hasMessageContaining("equally wide");
    }

    @Test
    void shouldTakeTheTeachersWeightsOfWhatStays() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher =
                        UNet2DConditionModel.load(GOLDEN.resolve("unet/sd15-tiny"), manager)) {
            for (HandcraftedUNet unet :
                    List.of(
                            HandcraftedUNet.BK_BASE,
                            HandcraftedUNet.BK_SMALL,
                            HandcraftedUNet.BK_TINY)) {
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
