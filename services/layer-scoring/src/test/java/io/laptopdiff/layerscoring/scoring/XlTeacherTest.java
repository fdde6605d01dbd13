package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.layerscoring.TinyRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SDXL's conditions reach every pass: each number against plain passes with formulas of its own.
 */
class XlTeacherTest {

    private static final int UNITS = 39;
    private static final int SAMPLES = 3;
    private static final long SEED = 5;

    @TempDir private static Path home;
    private static TinyRun run;
    private static NDManager manager;
    private static UNet2DConditionModel unet;
    private static List<XlSample> samples;
    private static UnitsScored scored;

    @BeforeAll
    static void score() throws IOException {
        run = TinyRun.xl(home);
        manager = NDManager.newBaseManager();
        unet = UNet2DConditionModel.load(run.teacher().resolve("unet"), manager);
        samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(XlSample.of(home, SEED, i, manager));
        }
        List<Criterion> criteria =
                List.of(Criterion.OUTPUT_LOSS, Criterion.TASK_LOSS, Criterion.TAYLOR);
        scored = score(images(), new ScoringSpec(criteria, null), true);
    }

    @AfterAll
    static void close() {
        unet.close();
        manager.close();
    }

    private static CalibrationSpec images() {
        return new CalibrationSpec(home.resolve("images").toString(), SAMPLES, 1, SEED);
    }

    private static UnitsScored score(
            CalibrationSpec calibration, ScoringSpec scoring, boolean costs) {
        return TinyRun.scorer(home, 2, Clock.systemUTC())
                .score(task(calibration, scoring, costs), Interruption.NONE);
    }

    private static ScoreUnits task(
            CalibrationSpec calibration, ScoringSpec scoring, boolean costs) {
        return new ScoreUnits(
                "r1",
                Instant.EPOCH,
                run.teacher().toString(),
                calibration,
                0,
                scoring,
                home.resolve("scorer").toString(),
                costs);
    }

    private static Moments of(int unit, Criterion criterion) {
        return scored.units().get(unit).by(criterion);
    }

    @Test
    void shouldEqualAXlSampleLoopOverPrunedUNets() {
        assertThat(scored.units()).hasSize(UNITS);
        List<Unit> units = unet.layout().units();
        for (int u = 0; u < UNITS; u++) {
            try (UNet2DConditionModel pruned = unet.prune(Set.of(units.get(u).path()), manager)) {
                double moved = 0;
                double rise = 0;
                for (XlSample sample : samples) {
                    float[] whole = sample.predict(unet);
                    float[] without = sample.predict(pruned);
                    moved += meanSquare(whole, without);
                    rise +=
                            meanSquare(without, sample.target())
                                    - meanSquare(whole, sample.target());
                }
                assertThat(of(u, Criterion.OUTPUT_LOSS).sum())
                        .as(units.get(u).path())
                        .isCloseTo(moved, tolerance(moved));
                assertThat(of(u, Criterion.TASK_LOSS).sum())
                        .as(units.get(u).path())
                        .isCloseTo(rise, within(1e-6));
            }
        }
    }

    /** As CriteriaTest: the slope of the loss as the unit's weights grow in proportion. */
    @Test
    void shouldEstimateTheRiseByTheSlopeAlongTheWeights() {
        List<Unit> units = unet.layout().units();
        double[] slopes = new double[UNITS];
        double largest = 0;
        for (int u = 0; u < UNITS; u += 6) {
            Set<String> names = UnitTensors.of(unet.layout()).get(u);
            for (XlSample sample : samples) {
                double up = loss(sample, names, 1.01f);
                double down = loss(sample, names, 0.99f);
                slopes[u] += Math.abs((up - down) / 0.02);
            }
            largest = Math.max(largest, slopes[u]);
        }
        for (int u = 0; u < UNITS; u += 6) {
            assertThat(of(u, Criterion.TAYLOR).sum())
                    .as(units.get(u).path())
                    .isCloseTo(slopes[u], within(5e-3 * largest));
        }
    }

    private static double loss(XlSample sample, Set<String> names, float factor) {
        try (NDManager own = manager.newSubManager();
                UNet2DConditionModel scaled =
                        new UNet2DConditionModel(unet.layout(), unet.weights().copy(own))) {
            names.forEach(name -> scaled.weights().get(name).muli(factor));
            return meanSquare(sample.predict(scaled), sample.target());
        }
    }

    @Test
    void shouldMeasureSetsOfUnitsTogether() {
        List<String> units = unet.layout().units().stream().map(Unit::path).toList();
        List<List<String>> sets = List.of(units.subList(14, 19), List.of(units.get(2)));
        List<Moments> losses =
                TinyRun.scorer(home, 2, Clock.systemUTC())
                        .measure(
                                new MeasureRemovals(
                                        "r1",
                                        Instant.EPOCH,
                                        "test",
                                        run.teacher().toString(),
                                        images(),
                                        0,
                                        sets),
                                Interruption.NONE)
                        .losses();
        for (int s = 0; s < sets.size(); s++) {
            double sum = 0;
            try (UNet2DConditionModel pruned = unet.prune(Set.copyOf(sets.get(s)), manager)) {
                for (XlSample sample : samples) {
                    sum += meanSquare(sample.predict(unet), sample.predict(pruned));
                }
            }
            assertThat(losses.get(s).sum()).isCloseTo(sum, tolerance(sum));
        }
    }

    @Test
    void shouldMeasureCosts() {
        assertThat(scored.costs().units()).hasSize(UNITS);
        assertThat(scored.costs().units())
                .allSatisfy(unit -> assertThat(unit.cost().macs()).isPositive());
        assertThat(scored.costs().teacher().bytes()).isEqualTo(4 * unet.parameters());
        assertThat(scored.costs().teacher().seconds()).isPositive();
    }

    @Test
    void shouldMeasureWhatTheClipScoreDropsBy() {
        ScoringSpec scoring =
                new ScoringSpec(
                        List.of(Criterion.CLIP_SCORE), null, new ClipScoreSpec(2, 2, 3, null));
        UnitsScored drops = score(images(), scoring, false);
        List<CalibrationDraw> draws = source(images()).draws().subList(0, 2);
        List<String> captions = draws.stream().map(source(images()).images()::caption).toList();
        long[] seeds = draws.stream().mapToLong(CalibrationDraw::imageSeed).toArray();
        try (StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(run.teacher(), manager);
                ClipSimilarity clip =
                        ClipSimilarity.load(home.resolve("scorer"), captions, manager)) {
            double[] whole = clip.scores(pipeline.generate(captions, seeds, 2, 3));
            for (int u = 0; u < UNITS; u += 13) {
                try (UNet2DConditionModel student =
                        pipeline.unet().prune(Set.of(drops.units().get(u).unit()), manager)) {
                    List<BufferedImage> images =
                            pipeline.withUnet(student).generate(captions, seeds, 2, 3);
                    double[] without = clip.scores(images);
                    assertThat(drops.units().get(u).by(Criterion.CLIP_SCORE).sum())
                            .isCloseTo(whole[0] - without[0] + whole[1] - without[1], within(1e-4));
                }
            }
        }
    }

    @Test
    void shouldScoreOnImagesThatItDrawsItself() throws IOException {
        Path list = home.resolve("prompts.txt");
        Files.writeString(list, "a red circle\na blue star\n");
        DrawingSpec drawing = new DrawingSpec(2, 3, null);
        UnitsScored drawn =
                score(
                        new CalibrationSpec(null, 2, 1, SEED, list.toString(), null, drawing),
                        ScoringSpec.DEFAULT,
                        false);
        assertThat(drawn.units()).hasSize(UNITS);
        assertThat(drawn.units()).allSatisfy(unit -> assertThat(unit.all().sum()).isPositive());
    }

    private static SliceSource source(CalibrationSpec calibration) {
        return SliceSource.of(
                Artifacts.ofFiles(), run.teacher().toString(), calibration, 0, Precision.FP32);
    }

    /** Outputs are about 1 and rounded to 1e-7. */
    private static Offset<Double> tolerance(double expected) {
        return within(Math.max(1e-5 * expected, 1e-8));
    }

    private static double meanSquare(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum / a.length;
    }
}
