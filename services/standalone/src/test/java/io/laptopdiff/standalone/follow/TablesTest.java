package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.standalone.command.ExitCodes;
import org.junit.jupiter.api.Test;

class TablesTest {

    private static final RunStatus STATUS =
            Json.read(
                    """
                    {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": {"type": "FAILED"},
                     "failures": [],
                     "spec": {"teacher": "/m", "calibration": {"dataset": "/d"},
                       "variants": [{"name": "half", "ratio": 0.5}, {"handcrafted": "bk-base"}],
                       "distillation": {"dataset": "/d"},
                       "evaluation": {"scorer": "/c", "dataset": "/h",
                         "scorers": [{"name": "pick", "location": "/p", "metric": "pick-score"}],
                         "gates": [{"score": "pick", "maximumDeclinePercent": 5}]}},
                     "variants": [
                       {"name": "half", "state": "FAILED",
                        "plan": {"removedUnits": ["a", "b"], "requestedRatio": 0.5, "achievedRatio": 0.55,
                          "removedParameters": 55, "teacherParameters": 100, "studentParameters": 45,
                          "predictedLoss": 0.0123, "criterion": "taylor", "search": "verified",
                          "measuredLoss": 0.0456, "measuredLossError": 0.0012},
                        "teacherMetrics": {"parameters": 100, "macs": 5000000, "latencyMillis": 12.5,
                          "clipScore": 31.5, "retrievalAccuracy": 0.9, "frechetDistance": 1.25, "images": 32,
                          "scores": {"clip-score": {"mean": 31.5, "low": 31, "high": 32},
                                     "pick": {"mean": 21.25, "low": 21, "high": 22}}},
                        "studentMetrics": {"parameters": 45, "macs": 2500000, "latencyMillis": 6.5,
                          "clipScore": 30.5, "retrievalAccuracy": 0.8, "frechetDistance": 2.5, "images": 32,
                          "scores": {"clip-score": {"mean": 30.5, "low": 30, "high": 31},
                                     "pick": {"mean": 19.75, "low": 19, "high": 20}}},
                        "declines": {"clip-score": {"percent": 3.17, "low": 2, "high": 4},
                                     "pick": {"percent": 7.06, "low": 6, "high": 8}},
                        "gatesFailed": ["pick"]},
                       {"name": "bk-base", "state": "DISTILLING"}]}
                    """
                            .replace("{\"type\": \"FAILED\"}", "\"FAILED\""),
                    RunStatus.class);

    @Test
    void shouldShowEveryScoreOfTeacherAndStudents() {
        assertThat(ResultTable.of(STATUS).lines())
                .hasSize(4)
                .anyMatch(line -> line.matches(".*CLIP score.*Fréchet distance +pick"))
                .anyMatch(line -> line.matches(" +teacher.* 31.50 .* 21.25"))
                .anyMatch(line -> line.matches(" +half.* 30.50 .* 19.75"))
                .anyMatch(line -> line.matches(" +bk-base( +-){7}"));
    }

    @Test
    void shouldShowWhatPlansWereThoughtAndFoundToCost() {
        assertThat(PlanTable.of(STATUS).lines())
                .anyMatch(
                        line ->
                                line.matches(
                                        " +half +2 +55.0% +taylor +verified +0.0123 +0.0456 ±"
                                                + " 0.00120"))
                .anyMatch(line -> line.matches(" +bk-base( +-){6}"));
    }

    @Test
    void shouldSayWhichGateFailedAndEndWithACodeOfItsOwn() {
        assertThat(DeclineTable.of(STATUS).lines())
                .anyMatch(line -> line.matches(" +half +clip-score +3.17 .* +- +-"))
                .anyMatch(line -> line.matches(" +half +pick +7.06 +6.00 to 8.00 +5.00 +FAILED"));
        assertThat(ExitCodes.of(STATUS)).isEqualTo(3);
    }
}
