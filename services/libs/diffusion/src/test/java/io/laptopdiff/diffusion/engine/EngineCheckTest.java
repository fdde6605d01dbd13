package io.laptopdiff.diffusion.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The self-check on this machine, with operators made wrong on purpose. */
class EngineCheckTest {

    private static final OperatorForms FORMS = OperatorForms.of(Processor.here());

    @Test
    void shouldFindARightFormOfEveryOperator() throws InterruptedException {
        EngineReport report = check(FORMS);
        assertThat(report.problem()).isEmpty();
        for (Operator operator : Operator.values()) {
            assertThat(report.chosen(operator)).as(operator.toString()).isPresent();
        }
    }

    @Test
    void shouldTakeAnotherFormForOneThatIsWrong() throws InterruptedException {
        EngineReport report =
                check(FORMS.withFaults("CONVOLUTION_PADDED,LINEAR,GROUP_NORM,ATTENTION"));
        assertThat(report.problem()).isEmpty();
        for (Operator operator :
                List.of(
                        Operator.CONVOLUTION_PADDED,
                        Operator.LINEAR,
                        Operator.GROUP_NORM,
                        Operator.ATTENTION)) {
            String preferred = FORMS.of(operator).get(0).name();
            assertThat(report.chosen(operator).orElseThrow().form()).isNotEqualTo(preferred);
            assertThat(report.refused())
                    .filteredOn(finding -> finding.operator() == operator)
                    .singleElement()
                    .satisfies(
                            finding -> {
                                assertThat(finding.form()).isEqualTo(preferred);
                                assertThat(finding.error()).isBetween(5e-3, 2e-2);
                            });
        }
    }

    /** A fault of FLOAT32 must not hide behind forms of bfloat16 that call it. */
    @Test
    void shouldComputeNothingWhereNoFormIsRight() throws InterruptedException {
        EngineReport report = check(FORMS.withFaults("GELU:all,ADAMW"));
        assertThat(report.right()).isFalse();
        assertThat(report.wrong()).containsExactly(Operator.GELU, Operator.ADAMW);
        assertThat(report.problem().orElseThrow())
                .hasMessageContaining("GELU in fp32 as fused")
                .hasMessageContaining("GELU in fp32 as composed")
                .hasMessageContaining("AdamW")
                .hasMessageContaining("doctor");
    }

    private static EngineReport check(OperatorForms forms) throws InterruptedException {
        return new EngineCheck(forms, Clock.systemUTC()).run();
    }
}
