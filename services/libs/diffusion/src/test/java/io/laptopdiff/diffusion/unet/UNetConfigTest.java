package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UNetConfigTest {

    private static final Path UNETS = Path.of("src/test/resources/golden/unet");
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "act_fn | \"relu\"",
                "class_embed_type | \"timestep\"",
                "addition_embed_type | \"image\"",
                "dual_cross_attention | true",
                "mid_block_type | \"UNetMidBlock2DSimpleCrossAttn\"",
                "down_block_types | [\"DownBlock2D\", \"ResnetDownsampleBlock2D\", \"DownBlock2D\", \"DownBlock2D\"]",
                "down_block_types | [\"DownBlock2D\"]",
                "layers_per_block | [2, 2]",
                "layers_per_block | 0",
                "norm_num_groups | 7",
                "attention_head_dim | 5",
                "cross_attention_dim | [1, 2]",
                "block_out_channels | []",
                "transformer_layers_per_block | [1, [1, 1, 1], 1, 1]",
                "only_cross_attention | [false, true, false, false]",
                "mid_block_only_cross_attention | true",
                "time_embedding_dim | 100",
                "sample_size | [8, 16]",
                "sample_size | 0",
                "norm_num_groups | null",
                "conv_in_kernel | 5",
                "time_embedding_type | \"fourier\""
            })
    void shouldRefuseWhatIsNotSupportedByFieldName(String field, String value) throws Exception {
        ObjectNode json = config();
        json.set(field, JSON.readTree(value));
        assertThatThrownBy(() -> UNetConfig.of(json, Path.of("unet/config.json")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("unet/config.json: " + field);
    }

    @Test
    void shouldRefuseARemovedUnitThatIsNone() throws Exception {
        ObjectNode json = config();
        json.putArray("removed_units").add("down_blocks.9.resnets.0");
        assertThatThrownBy(() -> UNetConfig.of(json, Path.of("config.json")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("config.json: removed_units")
                .hasMessageContaining("down_blocks.9.resnets.0");
    }

    /**
     * diffusers enlarges to the size of the next skip where a size is no multiple of the
     * downsampling.
     */
    @Test
    void shouldKeepSizesThatAreNoMultipleOfTheDownsampling() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model =
                        UNet2DConditionModel.load(UNETS.resolve("sd15-tiny"), manager)) {
            UNetOutput output =
                    model.forward(
                            manager.randomNormal(new Shape(1, 4, 17, 13)),
                            manager.create(new long[] {500}),
                            manager.randomNormal(new Shape(1, 7, 24)),
                            null);
            assertThat(output.sample().getShape()).isEqualTo(new Shape(1, 4, 17, 13));
            assertThat(output.features().get("up_blocks.0").getShape())
                    .isEqualTo(new Shape(1, 32, 5, 4));
            assertThat(output.sample().getDataType()).isEqualTo(DataType.FLOAT32);
        }
    }

    @Test
    void shouldContinueOnePassManyTimes() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model =
                        UNet2DConditionModel.load(UNETS.resolve("sd15-tiny"), manager)) {
            UNetPass pass =
                    model.begin(
                            manager.randomNormal(new Shape(1, 4, 16, 16)),
                            manager.create(new long[] {500}),
                            manager.randomNormal(new Shape(1, 7, 24)),
                            null);
            pass.advanceTo("mid_block.resnets.0");
            int before = manager.getManagedArrays().size();
            float[] whole;
            try (NDManager rest = manager.newSubManager()) {
                whole = pass.continueWithout(Set.of(), rest).sample().toFloatArray();
            }
            try (NDManager rest = manager.newSubManager()) {
                float[] without =
                        pass.continueWithout(Set.of("up_blocks.0.resnets.0"), rest)
                                .sample()
                                .toFloatArray();
                assertThat(without).isNotEqualTo(whole);
            }
            try (NDManager rest = manager.newSubManager()) {
                assertThat(pass.continueWithout(Set.of(), rest).sample().toFloatArray())
                        .isEqualTo(whole);
            }
            assertThat(manager.getManagedArrays())
                    .as("everything of a continuation is freed with it")
                    .hasSize(before);
            assertThatThrownBy(() -> pass.advanceTo("down_blocks.0.resnets.0"))
                    .hasMessageContaining("beyond");
        }
    }

    @Test
    void shouldLeaveNothingBesideTheTimesteps() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model =
                        UNet2DConditionModel.load(UNETS.resolve("sdxl-tiny"), manager);
                NDManager conditions = manager.newSubManager()) {
            UNetConfig config = model.config();
            AdditionEmbedding addition = config.addition().orElseThrow();
            int ids = 6;
            int pooled = addition.inputDim() - ids * addition.timeEmbedDim();
            NDArray timestep = conditions.create(new long[] {500});
            NDArray text = conditions.ones(new Shape(1, 7, config.crossAttentionDim()));
            AddedConditions added =
                    new AddedConditions(
                            conditions.ones(new Shape(1, pooled)),
                            conditions.ones(new Shape(1, ids)));
            int before = conditions.getManagedArrays().size();
            try (NDManager pass = manager.newSubManager()) {
                NDArray sample = pass.ones(new Shape(1, config.inChannels(), 16, 16));
                assertThat(model.forward(sample, timestep, text, added).sample().getShape())
                        .isEqualTo(sample.getShape());
            }
            assertThat(conditions.getManagedArrays()).hasSize(before);
        }
    }

    private static ObjectNode config() throws Exception {
        return (ObjectNode) JSON.readTree(UNETS.resolve("sd15-tiny/config.json").toFile());
    }
}
