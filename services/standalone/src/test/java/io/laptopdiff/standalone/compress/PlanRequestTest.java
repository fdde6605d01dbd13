package io.laptopdiff.standalone.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PlanRequestTest {

    @Command
    private static final class Asking {
        @Mixin private PlanRequest request;
    }

    private static RunSpec ask(String options) {
        Asking asking = new Asking();
        new CommandLine(asking).parseArgs(options.split(" +"));
        return asking.request.read(false);
    }

    @Test
    void shouldAskForPlansAlone() {
        RunSpec run = ask("--model /m --calibration /c --ratio 0.3,0.5 --precision bf16 --seed 3");
        assertThat(run.planOnly()).isTrue();
        assertThat(run.teacher()).isEqualTo("/m");
        assertThat(run.calibration().dataset()).isEqualTo("/c");
        assertThat(run.calibration().seed()).isEqualTo(3);
        assertThat(run.scoring().precision()).isEqualTo(Precision.BF16);
        assertThat(run.variants()).extracting(VariantSpec::ratio).containsExactly(0.3, 0.5);
    }

    @Test
    void shouldScoreOnWhatTheTeacherDraws() {
        RunSpec run = ask("--model /m --calibration-prompts /p.txt --ratio 0.5");
        assertThat(run.calibration().prompts()).isEqualTo("/p.txt");
        assertThat(run.calibration().dataset()).isNull();
    }

    @Test
    void shouldCutFewSamplesIntoFewSlices() {
        assertThat(
                        ask("--model /m --calibration /c --ratio 0.5 --samples 1")
                                .calibration()
                                .slices())
                .isEqualTo(1);
        assertThat(
                        ask("--model /m --calibration /c --ratio 0.5 --samples 64")
                                .calibration()
                                .slices())
                .isEqualTo(8);
    }
}
