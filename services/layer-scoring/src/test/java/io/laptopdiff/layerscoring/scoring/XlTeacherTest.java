package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTextModelWithProjection;
import io.laptopdiff.diffusion.clip.ClipTextOutput;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.layerscoring.TinyRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static List<Naive> samples;
    private static UnitsScored scored;

    @BeforeAll
    static void score() throws IOException {
        run = TinyRun.xl(home);
        manager = NDManager.newBaseManager();
        unet = UNet2DConditionModel.load(run.teacher().resolve("unet"), manager);
        samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(Naive.of(i));
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
    void shouldEqualANaiveLoopOverPrunedUNets() {
        assertThat(scored.units()).hasSize(UNITS);
        List<Unit> units = unet.layout().units();
        for (int u = 0; u < UNITS; u++) {
            try (UNet2DConditionModel pruned = unet.prune(Set.of(units.get(u).path()), manager)) {
                double moved = 0;
                double rise = 0;
                for (Naive sample : samples) {
                    float[] whole = sample.predict(unet);
                    float[] without = sample.predict(pruned);
                    moved += meanSquare(whole, without);
                    rise += meanSquare(without, sample.target) - meanSquare(whole, sample.target);
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
            for (Naive sample : samples) {
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

    private static double loss(Naive sample, Set<String> names, float factor) {
        try (NDManager own = manager.newSubManager();
                UNet2DConditionModel scaled =
                        new UNet2DConditionModel(unet.layout(), unet.weights().copy(own))) {
            names.forEach(name -> scaled.weights().get(name).muli(factor));
            return meanSquare(sample.predict(scaled), sample.target);
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
                for (Naive sample : samples) {
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

    @Test
    void shouldMeasureAnewForAnotherByteOfTheSecondEncoderItsTokenizerOrTheIndex(
            @TempDir Path other) throws IOException {
        run = TinyRun.xl(other);
        try {
            SliceScorer scorer =
                    new SliceScorer(
                            Artifacts.ofFiles(),
                            new ArtifactStore(other.resolve("store")),
                            new ScoringLimits(2, 8),
                            Clock.systemUTC());
            ScoreUnits task =
                    task(images(), new ScoringSpec(List.of(Criterion.RANDOM), null), false);
            scorer.score(task, Interruption.NONE);
            assertThat(scorer.recall(task)).isPresent();
            for (String part :
                    List.of(
                            "text_encoder_2/config.json",
                            "tokenizer_2/tokenizer_config.json",
                            "model_index.json")) {
                Path file = run.teacher().resolve(part);
                Files.writeString(file, Files.readString(file) + "\n");
                assertThat(scorer.recall(task)).as(part).isEmpty();
                scorer.score(task, Interruption.NONE);
                assertThat(scorer.recall(task)).as(part).isPresent();
            }
        } finally {
            run = new TinyRun(home);
        }
    }

    @Test
    void shouldCheckTheSecondEncoderBeforeARun(@TempDir Path other) throws IOException {
        TinyRun checked = TinyRun.xl(other);
        RunCheck check = new RunCheck(Artifacts.ofFiles());
        assertThat(
                        check.check(
                                        checked.withVariants(
                                                List.of(
                                                        Map.of("ratio", 0.5),
                                                        Map.of("handcrafted", "vega"))))
                                .units())
                .hasSize(UNITS);

        Path config = checked.teacher().resolve("text_encoder_2/config.json");
        String text = Files.readString(config);
        Files.writeString(
                config, text.replace("\"projection_dim\" : 20", "\"projection_dim\" : 24"));
        assertThat(refusal(check, checked).where())
                .contains("unet/config.json: projection_class_embeddings_input_dim");
        Files.writeString(config, text.replace("\"hidden_size\" : 16", "\"hidden_size\" : 24"));
        assertThat(refusal(check, checked).what())
                .contains("40 where hidden_size of text_encoder and text_encoder_2 together is 48");
        Files.writeString(config, text);
        Files.delete(checked.teacher().resolve("text_encoder_2/model.safetensors"));
        assertThat(refusal(check, checked).where()).contains("text_encoder_2");
    }

    private static StageException refusal(RunCheck check, TinyRun run) {
        RuntimeException thrown =
                catchThrowableOfType(RuntimeException.class, () -> check.check(run.spec()));
        assertThat(thrown).isNotNull();
        return StageException.of(thrown, Stage.SCORING, "test");
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

    /** One sample from the models' own parts; target is its noise. */
    private record Naive(
            NDArray noisy, NDArray timestep, NDArray text, AddedConditions added, float[] target) {

        static Naive of(int index) {
            ImageFolder images = ImageFolder.open(home.resolve("images"));
            Path teacher = run.teacher();
            NoiseScheduler schedule = NoiseScheduler.read(teacher.resolve("scheduler"));
            CalibrationDraw draw =
                    new CalibrationDraws(SEED, images.size(), schedule.timesteps()).draw(index);
            CaptionedImage image = images.read(draw.image(), 32);
            try (AutoencoderKL vae = AutoencoderKL.load(teacher.resolve("vae"), manager)) {
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
                return encoded(
                        image.caption(),
                        manager.create(noisy, new Shape(1, 4, 8, 8)),
                        manager.create(new long[] {draw.timestep()}),
                        noise);
            }
        }

        private static Naive encoded(
                String caption, NDArray noisy, NDArray timestep, float[] target) {
            Path teacher = run.teacher();
            try (ClipTokenizer first = ClipTokenizer.load(teacher.resolve("tokenizer"));
                    ClipTokenizer second = ClipTokenizer.load(teacher.resolve("tokenizer_2"));
                    ClipTextModel encoder =
                            ClipTextModel.load(teacher.resolve("text_encoder"), manager);
                    ClipTextModelWithProjection encoder2 =
                            ClipTextModelWithProjection.load(
                                    teacher.resolve("text_encoder_2"), manager)) {
                long[] ids = first.encode(caption);
                long[] ids2 = second.encode(caption);
                assertThat(ids2).as("pads differ").isNotEqualTo(ids);
                ClipTextOutput out = encoder2.encode(manager.create(new long[][] {ids2}));
                NDArray hidden =
                        encoder.encode(manager.create(new long[][] {ids})).penultimateHiddenState();
                NDArray timeIds =
                        manager.create(new float[] {32, 32, 0, 0, 32, 32}, new Shape(1, 6));
                return new Naive(
                        noisy,
                        timestep,
                        hidden.concat(out.penultimateHiddenState(), 2), // (1, S, 24 + 16)
                        new AddedConditions(encoder2.textEmbeds(out), timeIds),
                        target);
            }
        }

        float[] predict(UNet2DConditionModel model) {
            return model.forward(noisy, timestep, text, added).sample().toFloatArray();
        }
    }
}
