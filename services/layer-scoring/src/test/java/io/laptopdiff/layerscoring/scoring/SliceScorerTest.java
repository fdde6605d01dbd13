package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.testing.TinyTar;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceScorerTest {

    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
    private static final int SAMPLES = 4;
    private static final long SEED = 5;

    @TempDir private static Path home;
    private static UnitsScored whole;

    @BeforeAll
    static void scoreTheWholeSet() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
        whole = score(task(1, 0), SAMPLES);
    }

    private static ScoreUnits task(int slices, int slice) {
        return new ScoreUnits(
                "r1",
                NOON.instant(),
                home.resolve("teacher").toString(),
                new CalibrationSpec(home.resolve("images").toString(), SAMPLES, slices, SEED),
                slice);
    }

    private static UnitsScored score(ScoreUnits task, int batchSize) {
        return TinyRun.scorer(home, batchSize, NOON).score(task, Interruption.NONE);
    }

    @Test
    void shouldScoreEveryUnitOnEverySample() {
        assertThat(whole.units()).hasSize(38);
        assertThat(whole.units())
                .allSatisfy(unit -> assertThat(unit.all().count()).isEqualTo(SAMPLES));
        assertThat(whole.units()).allSatisfy(unit -> assertThat(unit.all().sum()).isPositive());
    }

    @Test
    void shouldAddUpFromTwoHalvesToTheWhole() {
        ScoreFold halves = ScoreFold.EMPTY.with(score(task(2, 1), 2)).with(score(task(2, 0), 2));
        assertThat(halves.complete()).isTrue();
        assertSameScores(halves.scores(), whole.units());
    }

    @Test
    void shouldNotDependOnTheBatch() {
        assertSameScores(score(task(1, 0), 3).units(), whole.units());
    }

    @Test
    void shouldScoreOnTarShardsAsOnTheFolderAndOnTheNextImageForABrokenOne() throws IOException {
        ImageFolder images = ImageFolder.open(home.resolve("images"));
        TinyTar tar = new TinyTar();
        Path folder = Files.createDirectories(home.resolve("broken"));
        for (int i = 0; i < images.size(); i++) {
            tar.with(i + ".png", images.content(i)).with(i + ".txt", images.caption(i));
            int next = i == 1 ? 2 : i; // the second is broken, so that the third is taken for it
            Files.write(folder.resolve(i + ".png"), i == 1 ? new byte[9] : images.content(i));
            Files.writeString(folder.resolve(i + ".txt"), images.caption(next));
        }
        Path shard = tar.write(home.resolve("shards/0.tar"));
        assertSameScores(score(taskOn(shard.getParent()), 4).units(), whole.units());

        Path mended = Files.createDirectories(home.resolve("mended"));
        for (int i = 0; i < images.size(); i++) {
            int next = i == 1 ? 2 : i;
            Files.write(mended.resolve(i + ".png"), images.content(next));
            Files.writeString(mended.resolve(i + ".txt"), images.caption(next));
        }
        assertSameScores(score(taskOn(folder), 4).units(), score(taskOn(mended), 4).units());
    }

    /**
     * Numbers of 8 bits: an output is off by a hundredth, and its difference to another by more.
     */
    @Test
    void shouldScoreNearlyTheSameInBfloat16() {
        ScoringSpec half =
                new ScoringSpec(List.of(Criterion.OUTPUT_LOSS), null, null, Precision.BF16);
        ScoreUnits plain = task(1, 0);
        ScoreUnits asked =
                new ScoreUnits(
                        plain.runId(),
                        plain.occurredAt(),
                        plain.teacher(),
                        plain.calibration(),
                        0,
                        half,
                        null,
                        false);
        List<UnitScore> units = score(asked, 4).units();
        double largest =
                whole.units().stream().mapToDouble(unit -> unit.all().sum()).max().orElseThrow();
        for (int u = 0; u < units.size(); u++) {
            double expected = whole.units().get(u).all().sum();
            assertThat(units.get(u).all().sum())
                    .as(units.get(u).unit())
                    .isCloseTo(expected, within(0.1 * expected + 1e-3 * largest));
        }
    }

    private static ScoreUnits taskOn(Path images) {
        return new ScoreUnits(
                "r1",
                NOON.instant(),
                home.resolve("teacher").toString(),
                new CalibrationSpec(images.toString(), SAMPLES, 1, SEED),
                0);
    }

    private static void assertSameScores(List<UnitScore> actual, List<UnitScore> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int u = 0; u < actual.size(); u++) {
            UnitScore a = actual.get(u);
            UnitScore e = expected.get(u);
            assertThat(a.unit()).isEqualTo(e.unit());
            assertThat(a.all().sum())
                    .as(a.unit())
                    .isCloseTo(e.all().sum(), tolerance(e.all().sum()));
            assertThat(a.all().sumOfSquares())
                    .as(a.unit())
                    .isCloseTo(e.all().sumOfSquares(), tolerance(e.all().sumOfSquares()));
            for (int q = 0; q < UnitScore.QUARTILES; q++) {
                assertThat(a.quartiles().get(q).count()).isEqualTo(e.quartiles().get(q).count());
            }
        }
    }

    /**
     * One sample at a time, one whole pass per unit, formulas written out; nothing shared but the
     * models.
     */
    @Test
    void shouldEqualANaiveLoop() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet =
                        UNet2DConditionModel.load(home.resolve("teacher/unet"), manager)) {
            List<Unit> units = unet.layout().units();
            double[] sums = new double[units.size()];
            for (int i = 0; i < SAMPLES; i++) {
                Naive sample = Naive.of(i, manager);
                float[] full = sample.predict(unet, Set.of());
                for (int u = 0; u < sums.length; u++) {
                    sums[u] += meanSquare(full, sample.predict(unet, Set.of(units.get(u).path())));
                }
            }
            for (int u = 0; u < sums.length; u++) {
                assertThat(whole.units().get(u).all().sum())
                        .as(units.get(u).path())
                        .isCloseTo(sums[u], tolerance(sums[u]));
            }
        }
    }

    /** The sets out of order, for a pass only goes forward. */
    @Test
    void shouldMeasureSetsOfUnitsTogether() {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel unet =
                        UNet2DConditionModel.load(home.resolve("teacher/unet"), manager)) {
            List<String> units = unet.layout().units().stream().map(Unit::path).toList();
            List<List<String>> sets =
                    List.of(
                            units.subList(30, 34),
                            List.of(units.get(2), units.get(20)),
                            List.of(units.get(0)));
            RemovalsMeasured measured =
                    TinyRun.scorer(home, 3, NOON)
                            .measure(
                                    new MeasureRemovals(
                                            "r1",
                                            NOON.instant(),
                                            "test",
                                            home.resolve("teacher").toString(),
                                            task(1, 0).calibration(),
                                            0,
                                            sets),
                                    Interruption.NONE);
            for (int s = 0; s < sets.size(); s++) {
                double sum = 0;
                for (int i = 0; i < SAMPLES; i++) {
                    Naive sample = Naive.of(i, manager);
                    sum +=
                            meanSquare(
                                    sample.predict(unet, Set.of()),
                                    sample.predict(unet, Set.copyOf(sets.get(s))));
                }
                assertThat(measured.losses().get(s).count()).isEqualTo(SAMPLES);
                assertThat(measured.losses().get(s).sum()).isCloseTo(sum, tolerance(sum));
            }
        }
    }

    /**
     * Outputs are about 1 and rounded to 1e-7, so that a small difference of two has few digits.
     */
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

    private record Naive(NDArray noisy, NDArray timestep, NDArray text) {

        static Naive of(int index, NDManager manager) {
            ImageFolder images = ImageFolder.open(home.resolve("images"));
            NoiseScheduler schedule = NoiseScheduler.read(home.resolve("teacher/scheduler"));
            CalibrationDraw draw =
                    new CalibrationDraws(SEED, images.size(), schedule.timesteps()).draw(index);
            CaptionedImage image = images.read(draw.image(), TinyTeacher.RESOLUTION);
            try (ClipTokenizer tokenizer = ClipTokenizer.load(home.resolve("teacher/tokenizer"));
                    ClipTextModel text =
                            ClipTextModel.load(home.resolve("teacher/text_encoder"), manager);
                    AutoencoderKL vae = AutoencoderKL.load(home.resolve("teacher/vae"), manager)) {
                NDArray pixels = manager.create(image.pixels(), new Shape(1, 3, 32, 32));
                float[] latent = vae.encode(pixels).mean().toFloatArray();
                float[] noise = draw.noise(latent.length);
                double left = schedule.alphaCumprod(draw.timestep());
                float[] noisy = new float[latent.length];
                for (int i = 0; i < noisy.length; i++) {
                    noisy[i] =
                            (float)
                                    (Math.sqrt(left) * 0.9 * latent[i]
                                            + Math.sqrt(1 - left) * noise[i]);
                }
                NDArray ids = manager.create(new long[][] {tokenizer.encode(image.caption())});
                return new Naive(
                        manager.create(noisy, new Shape(1, 4, 8, 8)),
                        manager.create(new long[] {draw.timestep()}),
                        text.encode(ids).lastHiddenState());
            }
        }

        float[] predict(UNet2DConditionModel unet, Set<String> removed) {
            return unet.forward(noisy, timestep, text, null, removed).sample().toFloatArray();
        }
    }

    @Test
    void shouldStopBetweenUnitsWhenNoLongerWanted() {
        AtomicInteger asked = new AtomicInteger();
        SliceScorer scorer = TinyRun.scorer(home, 1, NOON);
        assertThatThrownBy(() -> scorer.score(task(1, 0), () -> asked.incrementAndGet() > 10))
                .isInstanceOf(InterruptedScoringException.class);
        assertThat(asked).hasValue(11);
    }
}
