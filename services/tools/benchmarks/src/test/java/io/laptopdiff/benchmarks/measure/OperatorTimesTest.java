package io.laptopdiff.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.TimeValue;

class OperatorTimesTest {

    @Test
    void shouldTimeEveryOperator() throws Exception {
        Map<String, Double> values = OperatorTimes.measure(0, 1, TimeValue.milliseconds(20));
        assertThat(values)
                .containsOnlyKeys(
                        "attention microseconds",
                        "attentionComposed microseconds",
                        "groupNorm microseconds",
                        "groupNormComposed microseconds",
                        "linear microseconds",
                        "linearAsConvolution microseconds",
                        "callOfTorchScript microseconds",
                        "callOfDjl microseconds");
        assertThat(values.values()).allSatisfy(value -> assertThat(value).isPositive());
    }
}
