package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.run.GateSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatesTest {

    private static final Map<String, Decline> DECLINES =
            Map.of("pick-score", new Decline(5.25, 4, 6.5), "clip-score", new Decline(-1, -2, 0));

    @Test
    void shouldFailWhereAScoreDeclinesMoreThanIsAllowed() {
        List<GateSpec> gates =
                List.of(new GateSpec("pick-score", 5), new GateSpec("clip-score", 0));

        assertThat(Gates.failed(gates, DECLINES)).containsExactly("pick-score");
        StageException failure = Gates.failure(gates, DECLINES, "/report.html").orElseThrow();
        assertThat(failure.what())
                .isEqualTo(
                        "pick-score declined by 5.25 % (95 % interval 4.00 to 6.50); at most 5.00 %"
                                + " is allowed");
        assertThat(failure.where()).contains("evaluation.gates", "/report.html");
    }

    @Test
    void shouldPassAtTheVeryLimit() {
        List<GateSpec> gates = List.of(new GateSpec("pick-score", 5.25));

        assertThat(Gates.failed(gates, DECLINES)).isEmpty();
        assertThat(Gates.failure(gates, DECLINES, "/report.html")).isEmpty();
    }

    @Test
    void shouldFailWhereTheDeclineCannotBeTold() {
        List<GateSpec> gates = List.of(new GateSpec("hps", 5));

        assertThat(Gates.failed(gates, DECLINES)).containsExactly("hps");
        assertThat(Gates.failure(gates, DECLINES, "/r").orElseThrow().what())
                .contains("hps cannot be told", "5.00 %");
    }
}
