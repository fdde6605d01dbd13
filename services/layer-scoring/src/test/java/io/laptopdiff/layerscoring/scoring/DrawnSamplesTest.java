package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.layerscoring.TinyRun;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is scored on images that the teacher draws. */
class DrawnSamplesTest {

    private static final DrawingSpec DRAWING = new DrawingSpec(2, 3, null);
    private static final ClipScoreSpec CLIP = new ClipScoreSpec(2, 2, 3, null);

    @TempDir private static Path home;

    @BeforeAll
    static void writeTheModels() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
        TinyClip.write(home.resolve("scorer"), home.resolve("teacher/tokenizer"), 3);
        Files.writeString(home.resolve("prompts.txt"), "a red circle\na blue star\n");
    }

    private static CalibrationSpec prompted(int samples, int slices) {
        String list = home.resolve("prompts.txt").toString();
        return new CalibrationSpec(null, samples, slices, 5, list, null, DRAWING);
    }

    private static ScoreUnits task(CalibrationSpec calibration, int slice, ScoringSpec scoring) {
        return new ScoreUnits(
                "r1",
                Instant.EPOCH,
                home.resolve("teacher").toString(),
                calibration,
                slice,
                scoring,
                home.resolve("scorer").toString(),
                false);
    }

    private static UnitsScored score(ScoreUnits task) {
        return TinyRun.scorer(home, 2, Clock.systemUTC()).score(task, Interruption.NONE);
    }

    /** Every image drawn by a pipeline whose U-Net was really pruned, and scored by hand. */
    @Test
    void shouldMeasureWhatTheClipScoreDropsBy() {
        CalibrationSpec calibration =
                new CalibrationSpec(home.resolve("images").toString(), 3, 1, 5);
        ScoringSpec scoring = new ScoringSpec(List.of(Criterion.CLIP_SCORE), null, CLIP);
        List<UnitScore> scores = score(task(calibration, 0, scoring)).units();

        String teacher = home.resolve("teacher").toString();
        SliceSource source =
                SliceSource.of(Artifacts.ofFiles(), teacher, calibration, 0, Precision.FP32);
        List<CalibrationDraw> draws = source.draws().subList(0, 2);
        List<String> captions = draws.stream().map(source.images()::caption).toList();
        long[] seeds = draws.stream().mapToLong(CalibrationDraw::imageSeed).toArray();
        assertThat(scores).hasSize(38);
        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(home.resolve("teacher"), manager);
                ClipModel clip = ClipModel.load(home.resolve("scorer"), manager)) {
            List<BufferedImage> whole = pipeline.generate(captions, seeds, 2, 3);
            for (int u = 0; u < 38; u += 6) {
                Set<String> unit = Set.of(scores.get(u).unit());
                double sum = 0;
                double squares = 0;
                try (UNet2DConditionModel student = pipeline.unet().prune(unit, manager)) {
                    // In one batch, for a pixel at the edge of two of its 256 values moves a score
                    // by more than rounding.
                    List<BufferedImage> without =
                            pipeline.withUnet(student).generate(captions, seeds, 2, 3);
                    for (int i = 0; i < 2; i++) {
                        double drop =
                                clipScore(whole.get(i), captions.get(i), clip, manager)
                                        - clipScore(without.get(i), captions.get(i), clip, manager);
                        sum += drop;
                        squares += drop * drop;
                    }
                }
                assertThat(scores.get(u).by(Criterion.CLIP_SCORE).count()).isEqualTo(2);
                assertThat(scores.get(u).by(Criterion.CLIP_SCORE).sum())
                        .as(unit.toString())
                        .isCloseTo(sum, within(1e-4));
                assertThat(scores.get(u).by(Criterion.CLIP_SCORE).sumOfSquares())
                        .isCloseTo(squares, within(1e-4));
            }
        }
        assertThat(scores.stream().map(unit -> unit.by(Criterion.CLIP_SCORE).sum()).distinct())
                .hasSizeGreaterThan(30);
    }

    private static double clipScore(
            BufferedImage image, String caption, ClipModel clip, NDManager manager) {
        NDArray seen =
                clip.imageEmbeds(
                        ClipImageProcessor.load(home.resolve("scorer"), clip.config())
                                .toPixels(List.of(image), manager));
        try (ClipTokenizer tokenizer = ClipTokenizer.load(home.resolve("scorer"))) {
            NDArray read = clip.textEmbeds(tokenizer.encode(List.of(caption), manager));
            // The model's own similarity is exp(logit_scale) times the cosine.
            double cosine = clip.logitsPerImage(seen, read).toFloatArray()[0] / clip.scale();
            return 100 * Math.max(0, cosine);
        }
    }

    @Test
    void shouldTakeWhatTheSamplerEndsWithAsTheSample() {
        String teacher = home.resolve("teacher").toString();
        SliceSource source =
                SliceSource.of(Artifacts.ofFiles(), teacher, prompted(3, 1), 0, Precision.FP32);
        ArtifactStore store = new ArtifactStore(home.resolve("drawn"));
        CachedSlice cached = source.cached(store, 5, new FileDigests());
        CalibrationSource.Prompts prompts = (CalibrationSource.Prompts) source.images();
        ScoringLimits limits = new ScoringLimits(2, 1);
        DrawnLatents drawn = TeacherDrawings.of(source, prompts, cached, limits, Interruption.NONE);
        DrawnLatents again =
                TeacherDrawings.of(
                        source,
                        prompts,
                        cached,
                        limits,
                        () -> {
                            throw new AssertionError("it was drawn again");
                        });
        assertThat(again).isEqualTo(drawn);

        try (NDManager manager = NDManager.newBaseManager();
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(home.resolve("teacher"), manager)) {
            CalibrationDraw last = source.draws().get(2);
            BufferedImage image =
                    pipeline.generate(
                                    List.of(prompts.caption(last)),
                                    new long[] {last.imageSeed()},
                                    2,
                                    3)
                            .get(0);
            float[] pixels = pipeline.vae().decode(drawn.get(2, manager).div(0.9)).toFloatArray();
            for (int i = 0; i < 32 * 32; i++) {
                int red = Math.round(Math.max(0, Math.min(1, pixels[i] / 2 + 0.5f)) * 255);
                assertThat(image.getRGB(i % 32, i / 32) >> 16 & 0xFF).isCloseTo(red, within(1));
            }
        }
    }

    @Test
    void shouldNotDependOnTheCutIntoSlices() {
        UnitsScored whole = score(task(prompted(4, 1), 0, ScoringSpec.DEFAULT));
        ScoreFold halves =
                ScoreFold.EMPTY
                        .with(score(task(prompted(4, 2), 0, ScoringSpec.DEFAULT)))
                        .with(score(task(prompted(4, 2), 1, ScoringSpec.DEFAULT)));
        for (int u = 0; u < 38; u++) {
            double sum = whole.units().get(u).all().sum();
            assertThat(sum).isPositive();
            assertThat(halves.scores().get(u).all().sum())
                    .isCloseTo(sum, within(Math.max(1e-4 * sum, 1e-8)));
        }
    }
}
