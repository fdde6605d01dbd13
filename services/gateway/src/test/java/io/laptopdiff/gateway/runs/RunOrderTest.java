package io.laptopdiff.gateway.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunOrderTest {

    private static RunOrder read(String json) {
        return RunOrder.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> pointers(RunOrder order) {
        return order.problems().stream().map(FieldProblem::pointer).toList();
    }

    @Test
    void shouldNameEverythingThatIsWrongAtOnce() {
        RunOrder order =
                read(
                        """
                        {"runId": "..", "teacher": "", "calibration": {"dataset": "d", "samples": 0, "slice": 3},
                         "variants": [{"ratio": 1.5}, {"ratio": 0.5}, {"handcrafted": "bk-huge", "name": "h"}],
                         "distillation": {"dataset": "d", "steps": "many", "batchSize": 0},
                         "evaluation": {"scorer": "c", "dataset": "h", "gates": [{"score": "x", "maximumDeclinePercent": 5}]},
                         "colour": "red"}
                        """);
        assertThat(pointers(order))
                .containsExactlyInAnyOrder(
                        "#/runId",
                        "#/teacher",
                        "#/calibration/samples",
                        "#/calibration/slice",
                        "#/variants/0/ratio",
                        "#/variants/2/handcrafted",
                        "#/distillation/steps",
                        "#/distillation/batchSize",
                        "#/evaluation/gates/0/score",
                        "#/colour");
    }

    @Test
    void shouldSayWhereItStops() {
        RunOrder order = read(withUnknownFields(60));
        assertThat(pointers(order)).hasSize(51).endsWith("#");
        assertThat(order.problems().get(50).detail()).contains("more is wrong");
        assertThat(pointers(read(withUnknownFields(45)))).hasSize(50).doesNotContain("#");
    }

    private static String withUnknownFields(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"unknown" + i + "\": 1")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThat(pointers(read("{}")))
                .containsExactlyInAnyOrder(
                        "#/teacher",
                        "#/calibration",
                        "#/variants",
                        "#/distillation",
                        "#/evaluation");
    }

    @Test
    void shouldFindNothingWrongWithARightRequest() {
        RunOrder order =
                read(
                        """
                        {"runId": "mine", "teacher": "t", "calibration": {"dataset": "d"}, "variants": [{"ratio": 0.5}],
                         "distillation": {"dataset": "d"}, "evaluation": {"scorer": "c", "dataset": "h"}}
                        """);
        assertThat(order.problems()).isEmpty();
        assertThat(order.runId()).contains("mine");
        assertThat(order.required().variants()).hasSize(1);
    }

    /** Whatever comes, reading ends, and says something. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"variants\": 7}",
                "{\"variants\": [7, null, []]}",
                "{\"variants\": {\"0\": 1}, \"teacher\": [\"a\"]}",
                "{\"calibration\": [], \"evaluation\": \"x\", \"distillation\": 3.5}",
                "{\"evaluation\": {\"scorers\": [{}, {\"name\": 3}], \"gates\": {}}}",
                "{\"variants\": [{\"minimumUnits\": {\"mid.block\": -1, \"a/b~c\": \"x\"}}]}",
                "{\"scoring\": {\"criteria\": [\"best\", 3]}, \"planOnly\": \"yes\"}",
                "{\".\": 1}",
                "{\"..\": 1, \"\": 2}",
                "{\"a[x].b\": 1}",
                "{\"[.a\": 1}",
                "{\"a[99999999999].b\": 1, \"]\": {}}",
                "{\"variants\": [{\"ratio\": 0.5, \"x[y].z\": 1}]}"
            })
    void shouldComeToAnEnd(String json) {
        assertThat(read(json).problems()).isNotEmpty();
    }

    @Test
    void shouldGiveTheSameIdForTheSameKey() {
        RunOrder order = read("{}");
        assertThat(order.under("a").runId()).isEqualTo(order.under("a").runId()).isPresent();
        assertThat(order.under("a").runId()).isNotEqualTo(order.under("b").runId());
        assertThat(pointers(order.under("a b"))).contains("#/Idempotency-Key");
        assertThat(pointers(read("{\"runId\": \"r\"}").under("a"))).contains("#/runId");
    }

    @ParameterizedTest
    @CsvSource({
        "variants[0].ratio, #/variants/0/ratio",
        "a[1][2].b, #/a/1/2/b",
        "a/b~c.d, #/a~1b~0c/d",
        "'', #"
    })
    void shouldPointAsTheStandardHasIt(String field, String pointer) {
        assertThat(new FieldProblem("", field).pointer()).isEqualTo(pointer);
    }
}
