package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void shouldRefuseATeacherWhoseInnermostStageIsTooNarrow() {
        Path file = GOLDEN.resolve("full-size/sd15.json");
        ObjectNode json = ((ObjectNode) GoldenFiles.json(file).get("config")).deepCopy();
        json.putArray("block_out_channels").add(320).add(640).add(1280).add(960);
        UNetConfig teacher = UNetConfig.of(json, file);
        assertThat(HandcraftedUNet.BK_SMALL.layout(teacher).parameters()).isPositive();
        assertThatThrownBy(() -> HandcraftedUNet.BK_TINY.layout(teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bk-tiny needs up_blocks.0.resnets.0.norm1.weight")
                .hasMessageContaining("at least as wide")
                .hasMessageContaining("block_out_channels");
    }

    @Test
    void shouldRefuseToCutTheOnlyStage() {
        Path file = GOLDEN.resolve("unet/sd15-tiny/config.json");
        ObjectNode json = (ObjectNode) GoldenFiles.json(file);
        json.putArray("block_out_channels").add(32);
        json.putArray("down_block_types").add("CrossAttnDownBlock2D");
        json.putArray("up_block_types").add("CrossAttnUpBlock2D");
        UNetConfig teacher = UNetConfig.of(json, file);
        assertThatThrownBy(() -> HandcraftedUNet.BK_TINY.layout(teacher))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bk-tiny")
                .hasMessageContaining("two stages");
    }

    /** Slices by index, channel by channel: 48 of 64 hidden channels, then all 48 of the skip. */
    @Test
    void shouldSliceTheInputsOfWhatFollowedAWiderInnermostStage() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher = widths(manager, 16, 32, 48, 64);
                UNet2DConditionModel student = HandcraftedUNet.BK_TINY.student(teacher, manager)) {
            String to = "up_blocks.0.resnets.0.";
            String from = "up_blocks.1.resnets.0.";
            for (String name :
                    List.of("norm1.weight", "norm1.bias", "conv1.weight", "conv_shortcut.weight")) {
                assertThat(student.weights().get(to + name).toFloatArray())
                        .as(name)
                        .isEqualTo(
                                withoutChannels(
                                        teacher.weights().get(from + name),
                                        name.startsWith("conv") ? 48 : 1,
                                        48,
                                        64,
                                        112));
            }
            HandcraftedUNet tiny = HandcraftedUNet.BK_TINY;
            try (UNet2DConditionModel equal = widths(manager, 16, 32, 48, 48);
                    UNet2DConditionModel small = tiny.student(equal, manager)) {
                assertThat(student.weights().shapes()).isEqualTo(small.weights().shapes());
                assertThat(student.parameters())
                        .isEqualTo(tiny.layout(equal.config()).parameters());
                // Nothing is sliced where the widths are equal.
                assertThat(small.weights().get(to + "conv1.weight").toFloatArray())
                        .isEqualTo(equal.weights().get(from + "conv1.weight").toFloatArray());
            }
            for (String name : student.weights().names()) {
                if (!name.startsWith(to)) {
                    assertThat(student.weights().get(name).toFloatArray())
                            .as(name)
                            .isEqualTo(teacher.weights().get(teacherName(name)).toFloatArray());
                }
            }
        }
    }

    /** (out, in, ...) as it lies in memory, without the inputs {@code from} to {@code to}. */
    private static float[] withoutChannels(NDArray whole, int out, int from, int to, int in) {
        float[] values = whole.toFloatArray();
        int inner = values.length / out / in;
        float[] kept = new float[out * (in - (to - from)) * inner];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            int channel = i / inner % in;
            if (channel < from || channel >= to) {
                kept[at++] = values[i];
            }
        }
        return kept;
    }

    /**
     * Tiny's up index 0 is the teacher's 1, and of its layers the second is the teacher's third.
     */
    private static String teacherName(String student) {
        String name = student;
        for (int block = 2; block >= 0; block--) {
            name = name.replace("up_blocks." + block, "up_blocks." + (block + 1));
        }
        return name.startsWith("up_blocks.")
                ? name.replace("resnets.1.", "resnets.2.").replace("attentions.1.", "attentions.2.")
                : name;
    }

    @Test
    void shouldDrawAfterItsInputsWereSliced() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher = widths(manager, 16, 32, 48, 64);
                UNet2DConditionModel student = HandcraftedUNet.BK_TINY.student(teacher, manager)) {
            NDArray output =
                    student.forward(
                                    manager.ones(new Shape(2, 4, 8, 8)),
                                    manager.create(new float[] {1, 500}),
                                    manager.ones(
                                            new Shape(2, 7, student.config().crossAttentionDim())),
                                    null)
                            .sample();
            assertThat(output.getShape()).isEqualTo(new Shape(2, 4, 8, 8));
            assertThat(output.isNaN().any().getBoolean()).isFalse();
            assertThat(output.abs().max().getFloat()).isBetween(1e-4f, 1e4f);
        }
    }

    private static UNet2DConditionModel widths(NDManager manager, int... channels) {
        Path file = GOLDEN.resolve("unet/sd15-tiny/config.json");
        ObjectNode json = (ObjectNode) GoldenFiles.json(file);
        ArrayNode list = json.putArray("block_out_channels");
        for (int width : channels) {
            list.add(width);
        }
        json.put("attention_head_dim", 2).put("norm_num_groups", 8);
        UNetLayout layout = UNetLayout.of(UNetConfig.of(json, file));
        Map<String, Shape> shapes = layout.tensors();
        StateDict weights = StateDict.random(shapes, 3, manager);
        // Norms and biases as well differ from channel to channel.
        weights.arrays().stream()
                .filter(array -> array.getShape().dimension() == 1)
                .forEach(array -> array.addi(manager.arange(array.size()).div(100)));
        return new UNet2DConditionModel(layout, weights);
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
