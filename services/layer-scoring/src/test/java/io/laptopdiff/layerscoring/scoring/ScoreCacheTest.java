package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCacheTest {

    private static final List<Criterion> BOTH = List.of(Criterion.OUTPUT_LOSS, Criterion.TASK_LOSS);

    @TempDir private Path home;
    private SliceScorer scorer;

    @BeforeEach
    void makeATeacherAndItsData() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
        scorer = restarted();
    }

    private SliceScorer restarted() {
        ArtifactStore store = new ArtifactStore(home.resolve("store"));
        return new SliceScorer(
                Artifacts.ofFiles(), store, new ScoringLimits(2, 8), Clock.systemUTC());
    }

    private CalibrationSpec calibration(int samples, int slices, long seed) {
        return new CalibrationSpec(home.resolve("images").toString(), samples, slices, seed);
    }

    private ScoreUnits task(String run, CalibrationSpec calibration, List<Criterion> criteria) {
        return new ScoreUnits(
                run,
                Instant.EPOCH,
                home.resolve("teacher").toString(),
                calibration,
                0,
                new ScoringSpec(criteria, null),
                null,
                false);
    }

    private List<UnitScore> score(ScoreUnits task) {
        return scorer.score(task, Interruption.NONE).units();
    }

    @Test
    void shouldLoadNoModelForAnotherRunAndFindTheSameToTheBit() {
        CalibrationSpec four = calibration(4, 2, 0);
        List<UnitScore> first = score(task("r1", four, BOTH));
        assertThat(scorer.slicesMeasured()).isEqualTo(1);

        scorer = restarted();
        UnitsScored again =
                scorer.score(
                        task("r2", four, BOTH),
                        () -> {
                            throw new AssertionError("work was done");
                        });

        assertThat(again.units()).isEqualTo(first);
        assertThat(again.runId()).isEqualTo("r2");
        assertThat(scorer.slicesMeasured()).isZero();
        assertThat(scorer.recall(task("r3", four, BOTH))).isPresent();
        // More samples in as many more slices begin with the same ones.
        assertThat(score(task("r4", calibration(8, 4, 0), BOTH))).isEqualTo(first);
        assertThat(scorer.slicesMeasured()).isZero();
    }

    @Test
    void shouldMeasureOnlyTheCriterionThatIsNew() throws IOException {
        CalibrationSpec two = calibration(2, 1, 0);
        List<UnitScore> alone = score(task("r1", two, List.of(Criterion.OUTPUT_LOSS)));
        Path kept = files("output-loss.json").get(0);
        Files.setLastModifiedTime(kept, FileTime.fromMillis(0));

        List<UnitScore> joined = score(task("r2", two, BOTH));

        assertThat(scorer.slicesMeasured()).isEqualTo(2);
        assertThat(Files.getLastModifiedTime(kept).toMillis()).isZero();
        for (int u = 0; u < alone.size(); u++) {
            assertThat(joined.get(u).all()).isEqualTo(alone.get(u).all());
            assertThat(joined.get(u).by(Criterion.TASK_LOSS).count()).isEqualTo(2);
        }
    }

    @Test
    void shouldMeasureAnewForAnotherSeedOrOneOtherByteOfTheWeightsOrImages() throws IOException {
        List<Criterion> random = List.of(Criterion.RANDOM);
        score(task("r1", calibration(4, 1, 0), random));
        score(task("r1", calibration(4, 1, 1), random));
        assertThat(scorer.slicesMeasured()).isEqualTo(2);

        flipLastByte(home.resolve("teacher/unet/diffusion_pytorch_model.safetensors"));
        score(task("r1", calibration(4, 1, 0), random));
        assertThat(scorer.slicesMeasured()).isEqualTo(3);

        String caption = Files.readString(home.resolve("images/metadata.jsonl"));
        Files.writeString(home.resolve("images/metadata.jsonl"), caption.replace("a red", "a dim"));
        score(task("r1", calibration(4, 1, 0), random));
        assertThat(scorer.slicesMeasured()).isEqualTo(4);
    }

    private static void flipLastByte(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(file.length() - 4); // the lowest byte of a float
            int old = file.read();
            file.seek(file.length() - 4);
            file.write(old ^ 1);
        }
    }

    @Test
    void shouldWriteADamagedFileAnew() throws IOException {
        ScoreUnits task = task("r1", calibration(2, 1, 0), List.of(Criterion.OUTPUT_LOSS));
        List<UnitScore> first = score(task);
        Path kept = files("output-loss.json").get(0);
        String whole = Files.readString(kept);
        int digit = whole.indexOf("\"sum\":") + 6;
        char other = whole.charAt(digit) == '1' ? '2' : '1';
        for (String damaged :
                List.of(
                        "",
                        whole.substring(0, whole.length() / 2),
                        whole.substring(0, digit) + other + whole.substring(digit + 1))) {
            Files.writeString(kept, damaged);
            assertThat(score(task)).isEqualTo(first);
            assertThat(Files.readString(kept)).isEqualTo(whole);
        }
        assertThat(scorer.slicesMeasured()).isEqualTo(4);
    }

    @Test
    void shouldRememberTheJointLossOfEachSet() {
        List<String> one = List.of("mid_block.resnets.0", "down_blocks.0.resnets.1");
        List<String> two = List.of("up_blocks.2.resnets.1");
        RemovalsMeasured first = scorer.measure(sets(List.of(one)), Interruption.NONE);
        RemovalsMeasured both = scorer.measure(sets(List.of(two, one)), Interruption.NONE);
        assertThat(scorer.slicesMeasured()).isEqualTo(2);
        assertThat(both.losses().get(1)).isEqualTo(first.losses().get(0));

        List<String> turned = List.of(one.get(1), one.get(0));
        assertThat(scorer.recall(sets(List.of(turned, two))).orElseThrow().losses())
                .containsExactly(both.losses().get(1), both.losses().get(0));
    }

    private MeasureRemovals sets(List<List<String>> sets) {
        return new MeasureRemovals(
                "r1",
                Instant.EPOCH,
                "test",
                home.resolve("teacher").toString(),
                calibration(2, 1, 0),
                0,
                sets);
    }

    private List<Path> files(String name) throws IOException {
        try (Stream<Path> tree = Files.walk(home.resolve("store/score-cache"))) {
            return tree.filter(file -> file.endsWith(name)).toList();
        }
    }
}
