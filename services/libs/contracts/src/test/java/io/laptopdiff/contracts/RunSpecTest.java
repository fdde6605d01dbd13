package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.contracts.run.RunSpec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunSpecTest {
    private static final String SMALLEST =
            """
            {"teacher": "/m", "calibration": {"dataset": "/d"}, "variants": [{"ratio": 0.5}],
             "distillation": {"dataset": "/d"}, "evaluation": {"scorer": "/c", "dataset": "/h"}}
            """;

    @Test
    void shouldFillInEveryDefault() {
        RunSpec spec = Json.read(SMALLEST, RunSpec.class);
        assertThat(spec.variants().get(0).name()).isEqualTo("ratio-0.5");
        assertThat(spec.calibration().samples()).isEqualTo(128);
        assertThat(spec.distillation().featureNormalization())
                .isEqualTo(FeatureNormalization.SQUARED_L2);
        assertThat(spec.distillation().learningRate()).isEqualTo(5e-5);
        assertThat(spec.evaluation().scheduler()).isNull();
    }

    @Test
    void shouldDrawByDefaultsWhereNothingElseIsSaid() {
        RunSpec spec =
                Json.read(
                        SMALLEST.replace(
                                "{\"dataset\": \"/d\"}, \"variants",
                                "{\"prompts\": \"/p\", \"drawing\": {\"guidanceScale\": 3}}, \"variants"),
                        RunSpec.class);
        assertThat(spec.calibration().drawingOrDefault()).isEqualTo(new DrawingSpec(25, 3, null));
        assertThat(spec.calibration().at(null, "/q").drawing())
                .isEqualTo(spec.calibration().drawing());
        assertThat(spec.scoring().clipScoreOrDefault())
                .isEqualTo(new ClipScoreSpec(4, 20, 7.5, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"taylor", "magnitude"})
    void shouldRefuseBfloat16WhereTheWeightsThemselvesAreLookedAt(String criterion) {
        String scoring =
                SMALLEST.strip()
                        .replaceFirst(
                                "\\{",
                                "{\"scoring\": {\"criteria\": [\"output-loss\", \""
                                        + criterion
                                        + "\"], \"precision\": \"bf16\"}, ");
        assertThatThrownBy(() -> Json.read(scoring, RunSpec.class))
                .hasMessageContaining("scoring.precision")
                .hasMessageContaining("fp32");
    }

    @ParameterizedTest(name = "{1} instead of {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "ratio": 0.5      | "ratio": 0                         | variants[0].ratio
                    "ratio": 0.5      | "ratio": 1                         | variants[0].ratio
                    "ratio": 0.5      | "ratio": -0.1                      | variants[0].ratio
                    "ratio": 0.5      | "ratio": "half"                    | variants[0].ratio
                    "ratio": 0.5      | "name": "x"                        | variants[0].ratio
                    "ratio": 0.5      | "ratio": 0.5, "handcrafted": "vega" | variants[0].ratio
                    "ratio": 0.5      | "handcrafted": "nonesuch"          | variants[0].handcrafted
                    "ratio": 0.5      | "ratio": 0.5, "name": "../x"       | variants[0].name
                    "ratio": 0.5      | "ratio": 0.5, "name": "teacher"    | variants[0].name
                    {"ratio": 0.5}    |                                    | variants
                    {"ratio": 0.5}    | {"ratio":0.5},{"ratio":0.5}        | variants
                    {"ratio": 0.5}    | 7                                  | variants[0]
                    {"dataset": "/d"}, "variants" | {"dataset": " "}, "variants" | calibration.dataset
                    {"dataset": "/d"}, "variants" | {"dataset": "/d", "samples": 0}, "variants" | calibration.samples
                    {"dataset": "/d"}, "variants" | {"dataset": "/d", "samples": 4, "slices": 5}, "variants" | calibration.slices
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "steps": 0 | distillation.steps
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "steps": 3000000000 | distillation.steps
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "learningRate": 0 | distillation.learningRate
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "captionDropout": 1.5 | distillation.captionDropout
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "featureNormalization": "l3" | distillation.featureNormalization
                    "distillation": {"dataset": "/d" | "distillation": {"dataset": "/d", "steps": null, "batchSize": 0 | distillation.batchSize
                    {"dataset": "/d"}, "variants" | {"dataset": "/d", "drawing": {}}, "variants" | calibration.drawing
                    {"dataset": "/d"}, "variants" | {"prompts": "/p", "drawing": {"inferenceSteps": 0}}, "variants" | calibration.drawing.inferenceSteps
                    {"dataset": "/d"}, "variants" | {"prompts": "/p", "drawing": {"scheduler": "x"}}, "variants" | calibration.drawing.scheduler
                    {"teacher"        | {"scoring": {"clipScore": {}}, "teacher" | scoring.clipScore
                    {"teacher"        | {"scoring": {"clipScore": {"promptsPerSlice": 0}}, "teacher" | scoring.clipScore.promptsPerSlice
                    "scorer": "/c",   | "scorer": null,                    | evaluation.scorer
                    "scorer": "/c"    | "scorer": "/c", "prompts": 1       | evaluation.prompts
                    "scorer": "/c"    | "scorer": "/c", "scheduler": "ddpm" | evaluation.scheduler
                    "teacher": "/m",  |                                    | teacher
                    """)
    void shouldNameTheFieldThatBreaksARule(String was, String is, String field) {
        String json = SMALLEST.replace(was, is == null ? "" : is);
        assertThat(json).isNotEqualTo(SMALLEST);
        assertThatThrownBy(() -> Json.read(json, RunSpec.class))
                .isInstanceOfSatisfying(
                        InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void shouldNeedNeitherDistillationNorEvaluationForPlansOnly() {
        String plans =
                """
                {"teacher": "/m", "calibration": {"dataset": "/d"}, "variants": [{"ratio": 0.5}],
                 "planOnly": true}
                """;
        RunSpec spec = Json.read(plans, RunSpec.class);
        assertThat(spec.distillation()).isNull();
        assertThat(spec.evaluation()).isNull();
        assertThat(Json.read(Json.write(spec), RunSpec.class)).isEqualTo(spec);
        assertRefused(plans.replace("true", "false"), "distillation");
        String byClip =
                plans.replace(
                        "\"planOnly\"",
                        "\"scoring\": {\"criteria\": [\"output-loss\", \"clip-score\"]}, \"planOnly\"");
        assertRefused(byClip, "evaluation");
    }

    private static void assertRefused(String json, String field) {
        assertThatThrownBy(() -> Json.read(json, RunSpec.class))
                .isInstanceOfSatisfying(
                        InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void shouldRetryOnlyWhatWasAskedForInTheSameWay() {
        RunSpec origin =
                Json.read(
                        SMALLEST.replace("{\"ratio\": 0.5}", "{\"ratio\": 0.5}, {\"ratio\": 0.3}"),
                        RunSpec.class);
        RunSpec retry = origin.retry("r1", "ratio-0.3");
        assertThat(retry.retryOf()).isEqualTo("r1");
        assertThat(retry.variants()).containsExactly(origin.variant("ratio-0.3"));
        assertThat(retry.retries(origin)).isTrue();
        assertThat(retry.retry("r2", "ratio-0.3").retries(retry)).isTrue();
        assertThat(origin.retries(origin)).isFalse();
        RunSpec other =
                retry.at("/another", retry.calibration(), retry.distillation(), retry.evaluation());
        assertThat(other.retries(origin)).isFalse();
        assertThat(Json.read(Json.write(retry), RunSpec.class)).isEqualTo(retry);
    }

    @Test
    void shouldRefuseAMisspeltFieldWhenReadStrictly() {
        byte[] json =
                SMALLEST.replace("\"/h\"", "\"/h\", \"promts\": 8")
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Json.readStrictly(json, RunSpec.class))
                .hasMessageContaining("field 'evaluation.promts' is unknown")
                .hasMessageContaining("prompts");
    }
}
