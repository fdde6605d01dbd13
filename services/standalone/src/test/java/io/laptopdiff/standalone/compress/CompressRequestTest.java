package io.laptopdiff.standalone.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.GateSpec;
import io.laptopdiff.contracts.run.IterativeSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.contracts.run.Schedule;
import io.laptopdiff.contracts.run.ScorerMetric;
import io.laptopdiff.contracts.run.VariantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class CompressRequestTest {

    private static final String MATERIAL = "--model /m --train /t --held-out /h --scorer /s ";

    @TempDir private Path directory;

    @Command
    private static final class Asking {
        @Mixin private CompressRequest request;
    }

    private static RunSpec ask(String options) {
        Asking asking = new Asking();
        new CommandLine(asking).parseArgs(options.split(" +"));
        return asking.request.read(false);
    }

    @Test
    void shouldNameTheVariantAtTheEndOfTheTeachersLocation() {
        assertThat(ask(MATERIAL + "--ratio 0.5 --variant fp16").teacher()).isEqualTo("/m#fp16");
        assertThat(
                        ask(MATERIAL.replace("/m ", "/m#bf16 ") + "--ratio 0.5 --variant fp16")
                                .teacher())
                .isEqualTo("/m#fp16");
    }

    @Test
    void shouldTurnEveryOptionIntoItsField() {
        RunSpec run =
                ask(
                        MATERIAL
                                + "--ratio 0.4,0.5 --handcrafted bk-base --macs-ratio 0.3"
                                + " --latency-ratio 0.2 --memory-ratio 0.1 --keep a.b,c --criterion taylor"
                                + " --candidates 3 --audit --samples 64 --ema 0.99 --schedule cosine"
                                + " --min-snr 5 --teacher-precision bf16 --metric pick-score --prompt-list /p.txt"
                                + " --sampler sde-dpm-solver++"
                                + " --gate pick-score=5 --seed 7 --calibration-prompts /c.txt");
        assertThat(run.variants())
                .extracting(VariantSpec::ratio, VariantSpec::macsRatio, VariantSpec::criterion)
                .containsExactly(
                        tuple(0.4, 0.3, Criterion.TAYLOR),
                        tuple(0.5, 0.3, Criterion.TAYLOR),
                        tuple(null, null, Criterion.OUTPUT_LOSS));
        VariantSpec first = run.variants().get(0);
        assertThat(first.latencyRatio()).isEqualTo(0.2);
        assertThat(first.memoryRatio()).isEqualTo(0.1);
        assertThat(first.keep()).containsExactly("a.b", "c");
        assertThat(first.candidates()).isEqualTo(3);
        assertThat(run.scoring().criteria())
                .containsExactly(Criterion.OUTPUT_LOSS, Criterion.TAYLOR);
        assertThat(run.scoring().additivity().seed()).isEqualTo(7);
        assertThat(run.calibration().dataset()).isNull();
        assertThat(run.calibration().prompts()).isEqualTo("/c.txt");
        assertThat(run.calibration().samples()).isEqualTo(64);
        assertThat(run.calibration().seed()).isEqualTo(7);
        assertThat(run.distillation().emaDecay()).isEqualTo(0.99);
        assertThat(run.distillation().schedule()).isEqualTo(Schedule.COSINE);
        assertThat(run.distillation().minSnrGamma()).isEqualTo(5);
        assertThat(run.distillation().teacherPrecision()).isEqualTo(Precision.BF16);
        assertThat(run.evaluation().metric()).isEqualTo(ScorerMetric.PICK_SCORE);
        assertThat(run.evaluation().promptList()).isEqualTo("/p.txt");
        assertThat(run.evaluation().scheduler()).isEqualTo(SamplerName.SDE_DPM_SOLVER);
        assertThat(run.evaluation().gates()).containsExactly(new GateSpec("pick-score", 5));
    }

    @Test
    void shouldScoreOnTheTrainingDataAndPlanInRoundsOfTwo() {
        RunSpec run = ask(MATERIAL + "--iterative --latency-ratio 0.25");
        assertThat(run.calibration().dataset()).isEqualTo("/t");
        assertThat(run.variants()).extracting(VariantSpec::name).containsExactly("latency-0.25");
        assertThat(run.variants().get(0).iterative()).isEqualTo(new IterativeSpec(2));
    }

    @Test
    void shouldLayOptionsOverAFileAndKeepTheRestOfIt() throws IOException {
        Path file =
                Files.writeString(
                        directory.resolve("run.json"),
                        """
                        {"teacher": "/m", "calibration": {"prompts": "/c.txt", "slices": 4},
                         "variants": [{"name": "half", "ratio": 0.5, "randomCandidates": 2},
                                      {"handcrafted": "bk-base"}],
                         "distillation": {"dataset": "/t", "steps": 10, "teacherGuidance": 3},
                         "evaluation": {"scorer": "/s", "dataset": "/h",
                           "gates": [{"score": "clip-score", "maximumDeclinePercent": 9}]}}
                        """);
        RunSpec run =
                ask("--spec " + file + " --train /u --steps 20 --candidates 4 --gate clip-score=5");
        assertThat(run.calibration().prompts()).isEqualTo("/c.txt");
        assertThat(run.calibration().slices()).isEqualTo(4);
        assertThat(run.variants())
                .extracting(
                        VariantSpec::name, VariantSpec::candidates, VariantSpec::randomCandidates)
                .containsExactly(tuple("half", 4, 2), tuple("bk-base", 1, 0));
        assertThat(run.distillation().dataset()).isEqualTo("/u");
        assertThat(run.distillation().steps()).isEqualTo(20);
        assertThat(run.distillation().teacherGuidance()).isEqualTo(3);
        assertThat(run.evaluation().gates()).containsExactly(new GateSpec("clip-score", 5));
        assertThat(ask("--spec " + file + " --ratio 0.3").variants())
                .extracting(VariantSpec::name)
                .containsExactly("ratio-0.3");
    }

    @Test
    void shouldLeaveAddressesOfShardsAsTheyAre() {
        String shards = "https://host/t-{000..127}.tar?key=a";
        RunSpec run = ask("--model /m --held-out /h --scorer /s --ratio 0.5 --train " + shards);
        assertThat(run.distillation().dataset()).isEqualTo(shards);
        assertThat(run.calibration().dataset()).isEqualTo(shards);
        RunSpec local =
                ask("--model /m --held-out /h --scorer /s --ratio 0.5 --train t/x-{0..3}.tar");
        assertThat(local.distillation().dataset()).startsWith("/").endsWith("/t/x-{0..3}.tar");
    }
}
