package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which fields of a U-Net's config are read as they stand, corrected, ignored. */
class UNetFieldsTest {

    private static final Path INPUTS = Path.of("src/test/resources/golden/inputs");
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final Path PLAIN =
            Path.of("src/test/resources/golden/unet/sd15-tiny/config.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** inputs/sample-sizes.json holds what StableDiffusionPipeline took. */
    @TestFactory
    Stream<DynamicTest> shouldTakeTheSampleSizeThatDiffusersTakes() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode golden : GoldenFiles.json(INPUTS.resolve("sample-sizes.json"))) {
            tests.add(DynamicTest.dynamicTest(golden.toString(), () -> check(golden)));
        }
        assertThat(tests).hasSizeGreaterThan(5);
        return tests.stream();
    }

    private static void check(JsonNode golden) {
        ObjectNode json = (ObjectNode) GoldenFiles.json(PLAIN);
        json.remove("_diffusers_version");
        if (golden.hasNonNull("version")) {
            json.set("_diffusers_version", golden.get("version"));
        }
        json.set("sample_size", golden.get("sample_size"));
        JsonNode taken = golden.get("taken");
        assertThat(UNetConfig.of(json, Path.of("config.json")).sampleSize())
                .isEqualTo(taken.isArray() ? taken.get(0).asInt() : taken.asInt());
    }

    /** A parameter of diffusers' class that is neither read nor held to one value is a gap. */
    @Test
    void shouldKnowEveryParameterOfDiffusersClass() {
        List<String> parameters = new ArrayList<>();
        GoldenFiles.json(INPUTS.resolve("fields.json"))
                .get("UNet2DConditionModel")
                .forEach(name -> parameters.add(name.asText()));
        assertThat(parameters).hasSizeGreaterThan(40);
        assertThat(UNetFields.known()).containsAll(parameters);
    }

    @Test
    void shouldTakeAConfigOfDiffusers06AtTheResolutionOfItsModelAndSaySo() {
        Path directory = CASES.resolve("u-old");
        assertThat(UNetConfig.read(directory).sampleSize()).isEqualTo(64);
        assertThat(UNetConfig.notes(directory))
                .singleElement()
                .asString()
                .contains("sample_size 8", "64", "0.6.0");
    }

    @Test
    void shouldIgnoreTheFieldsOfAveragedWeightsAndListThem() {
        Path directory = CASES.resolve("u-ema");
        assertThat(UNetConfig.read(directory).sampleSize()).isEqualTo(16);
        assertThat(UNetConfig.notes(directory))
                .containsExactly(
                        "unet/config.json: ignored, as diffusers ignores them: decay, inv_gamma,"
                                + " min_decay, optimization_step, power, update_after_step,"
                                + " use_ema_warmup");
    }

    @Test
    void shouldHaveNothingToSayOfAnOrdinaryConfig() {
        assertThat(UNetConfig.notes(PLAIN.getParent())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "act_fn | \"swish\"",
                "only_cross_attention | [false, false, false, false]",
                "mid_block_only_cross_attention | false",
                "dropout | 0.0",
                "resnet_out_scale_factor | 1",
                "class_embed_type | null",
                "num_class_embeds | null",
                "upcast_attention | null"
            })
    void shouldReadAValueThatMeansTheSameAsNone(String field, String value) throws Exception {
        ObjectNode json = (ObjectNode) GoldenFiles.json(PLAIN);
        UNetConfig without = UNetConfig.of(json.deepCopy(), Path.of("config.json"));
        json.set(field, JSON.readTree(value));
        json.put("time_embedding_dim", 4 * json.get("block_out_channels").get(0).asInt());
        UNetConfig with = UNetConfig.of(json, Path.of("config.json"));
        assertThat(UNetLayout.of(with).tensors()).isEqualTo(UNetLayout.of(without).tensors());
    }

    @Test
    void shouldReadOneWidthForEveryStageAsThatWidth() {
        ObjectNode json = (ObjectNode) GoldenFiles.json(PLAIN);
        int width = json.get("cross_attention_dim").asInt();
        json.putArray("cross_attention_dim").add(width).add(width).add(width).add(width);
        assertThat(UNetConfig.of(json, Path.of("config.json")).crossAttentionDim())
                .isEqualTo(width);
    }
}
