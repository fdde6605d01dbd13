package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.ScoringSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.layerscoring.TinyRun;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each criterion against its definition, on plain passes of one sample with nothing shared. */
class CriteriaTest {

    private static final int SAMPLES = 3;
    private static final List<Criterion> ASKED =
            List.of(
                    Criterion.TAYLOR,
                    Criterion.TASK_LOSS,
                    Criterion.MAGNITUDE,
                    Criterion.RANDOM,
                    Criterion.OUTPUT_LOSS);

    @TempDir private static Path home;
    private static UnitsScored all;

    @BeforeAll
    static void score() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 3, 2);
        all = score(ASKED);
    }

    private static UnitsScored score(List<Criterion> criteria) {
        return TinyRun.scorer(home, 2, Clock.systemUTC())
                .score(
                        new ScoreUnits(
                                "r1",
                                Instant.EPOCH,
                                home.resolve("teacher").toString(),
                                calibration(),
                                0,
                                new ScoringSpec(criteria, null),
                                null,
                                false),
                        Interruption.NONE);
    }

    private static CalibrationSpec calibration() {
        return new CalibrationSpec(home.resolve("images").toString(), SAMPLES, 1, 5);
    }

    private static Moments of(int unit, Criterion criterion) {
        return all.units().get(unit).by(criterion);
    }

    private static CalibrationSlice slice() {
        SliceSource source =
                SliceSource.of(
                        Artifacts.ofFiles(),
                        home.resolve("teacher").toString(),
                        calibration(),
                        0,
                        Precision.FP32);
        ArtifactStore store = new ArtifactStore(home.resolve("store"));
        return CalibrationSlice.load(
                source,
                source.cached(store, 5, new FileDigests()),
                true,
                new ScoringLimits(2, 8),
                Interruption.NONE);
    }

    /** The denoising loss of each sample in double precision. */
    private static List<Double> taskLosses(CalibrationSlice slice, Set<String> removed) {
        List<Double> losses = new ArrayList<>();
        slice.forEachBatch(
                Interruption.NONE,
                (draws, batch) -> {
                    NDArray output =
                            removed.isEmpty()
                                    ? batch.outputs(List.of()).whole()
                                    : batch.outputs(List.of(removed)).without().get(0);
                    losses.addAll(meanSquares(output, batch.target()));
                });
        return losses;
    }

    private static StateDict weights(CalibrationSlice slice) {
        return ((UNet2DConditionModel) slice.teacher()).weights();
    }

    private static List<Double> meanSquares(NDArray output, NDArray target) {
        List<Double> each = new ArrayList<>();
        for (int i = 0; i < output.getShape().get(0); i++) {
            each.add(meanSquare(output.get(i).toFloatArray(), target.get(i).toFloatArray()));
        }
        return each;
    }

    private static double meanSquare(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Test
    void shouldMeasureEveryCriterionAskedForOnEverySample() {
        assertThat(all.units()).hasSize(38);
        for (Criterion criterion : ASKED) {
            assertThat(all.units())
                    .allSatisfy(unit -> assertThat(unit.by(criterion).count()).isEqualTo(SAMPLES));
        }
    }

    @Test
    void shouldLeaveTheOutputLossOutWhereItIsNotAskedFor() {
        UnitsScored scored = score(List.of(Criterion.RANDOM));
        assertThat(scored.units())
                .allSatisfy(unit -> assertThat(unit.all()).isEqualTo(Moments.NONE));
    }

    @Test
    void shouldFindTheSameOutputLossWhateverElseIsAskedFor() {
        UnitsScored alone = score(List.of(Criterion.OUTPUT_LOSS));
        for (int u = 0; u < alone.units().size(); u++) {
            assertThat(of(u, Criterion.OUTPUT_LOSS)).isEqualTo(alone.units().get(u).all());
        }
    }

    @Test
    void shouldSayWhatTheDenoisingLossRisesBy() {
        try (CalibrationSlice slice = slice()) {
            List<Double> whole = taskLosses(slice, Set.of());
            List<Unit> units = slice.teacher().layout().units();
            for (int u = 0; u < units.size(); u += 5) {
                List<Double> without = taskLosses(slice, Set.of(units.get(u).path()));
                double rise = 0;
                for (int i = 0; i < SAMPLES; i++) {
                    rise += without.get(i) - whole.get(i);
                }
                assertThat(of(u, Criterion.TASK_LOSS).sum()).isCloseTo(rise, within(1e-6));
            }
        }
    }

    @Test
    void shouldTakeTheMeanOfTheAbsoluteWeights() {
        try (CalibrationSlice slice = slice()) {
            UNet teacher = slice.teacher();
            List<Unit> units = teacher.layout().units();
            for (int u = 0; u < units.size(); u++) {
                Unit unit = units.get(u);
                double sum = 0;
                long counted = 0;
                for (Map.Entry<String, NDArray> tensor : weights(slice).asMap().entrySet()) {
                    if (goesWith(tensor.getKey(), unit)) {
                        for (float weight : tensor.getValue().toFloatArray()) {
                            sum += Math.abs(weight);
                            counted++;
                        }
                    }
                }
                assertThat(counted).as(unit.path()).isEqualTo(unit.parameters());
                assertThat(of(u, Criterion.MAGNITUDE).mean().orElseThrow())
                        .isCloseTo(sum / counted, within(1e-6 * sum / counted));
                assertThat(of(u, Criterion.MAGNITUDE).standardError().orElseThrow())
                        .isCloseTo(0, within(1e-6 * sum / counted));
            }
        }
    }

    /** Of SD-v1.5's shape, where each transformer has one block and goes with it. */
    private static boolean goesWith(String tensor, Unit unit) {
        String owner =
                unit.kind() == Unit.Kind.TRANSFORMER
                        ? unit.path().replaceAll("transformer_blocks.*", "")
                        : unit.path() + ".";
        return tensor.startsWith(owner) && !tensor.contains(".conv_shortcut.");
    }

    /**
     * The sum of w dL/dw is the slope of L as the unit's weights grow in proportion; central
     * differences in fp32 know it to a few thousandths of the largest.
     */
    @Test
    void shouldEstimateTheRiseByTheSlopeAlongTheWeights() {
        try (CalibrationSlice slice = slice();
                NDManager manager = NDManager.newBaseManager()) {
            UNet teacher = slice.teacher();
            List<Unit> units = teacher.layout().units();
            Map<Integer, Double> slopes = new TreeMap<>();
            for (int u = 0; u < units.size(); u += 4) {
                slopes.put(u, slopes(slice, UnitTensors.of(teacher.layout()).get(u), manager));
            }
            double largest = slopes.values().stream().mapToDouble(x -> x).max().orElseThrow();
            slopes.forEach(
                    (u, slope) ->
                            assertThat(of(u, Criterion.TAYLOR).sum())
                                    .as(units.get(u).path())
                                    .isCloseTo(slope, within(5e-3 * largest)));
        }
    }

    private static double slopes(CalibrationSlice slice, Set<String> names, NDManager manager) {
        float step = 0.01f;
        List<Double> up = scaled(slice, names, 1 + step, manager);
        List<Double> down = scaled(slice, names, 1 - step, manager);
        double sum = 0;
        for (int i = 0; i < up.size(); i++) {
            sum += Math.abs((up.get(i) - down.get(i)) / (2 * step));
        }
        return sum;
    }

    private static List<Double> scaled(
            CalibrationSlice slice, Set<String> names, float factor, NDManager manager) {
        Map<NDArray, NDArray> kept = new java.util.IdentityHashMap<>();
        for (String name : names) {
            NDArray weight = weights(slice).get(name);
            NDArray copy = weight.duplicate();
            copy.attach(manager);
            kept.put(weight, copy);
            weight.muli(factor);
        }
        List<Double> losses = taskLosses(slice, Set.of());
        kept.forEach((weight, copy) -> weight.set(copy.toFloatArray()));
        return losses;
    }

    @Test
    void shouldDrawRandomScoresByTheSeedAlone() {
        UnitsScored again = score(List.of(Criterion.RANDOM));
        for (int u = 0; u < 38; u++) {
            assertThat(again.units().get(u).by(Criterion.RANDOM))
                    .isEqualTo(of(u, Criterion.RANDOM));
        }
        assertThat(all.units().stream().map(unit -> unit.by(Criterion.RANDOM).sum()).distinct())
                .hasSize(38);
    }

    @Test
    void shouldMeasureCostsWithTheSliceThatIsAskedForThem() {
        assertThat(all.costs()).isNull();
        ScoreUnits asked =
                new ScoreUnits(
                        "r1",
                        Instant.EPOCH,
                        home.resolve("teacher").toString(),
                        calibration(),
                        0,
                        new ScoringSpec(List.of(Criterion.RANDOM), null),
                        null,
                        true);
        UnitCosts costs =
                TinyRun.scorer(home, 2, Clock.systemUTC()).score(asked, Interruption.NONE).costs();
        assertThat(costs.units()).hasSize(38);
        assertThat(costs.units()).allSatisfy(u -> assertThat(u.cost().macs()).isPositive());
        assertThat(costs.units().stream().mapToLong(u -> u.cost().macs()).sum())
                .isLessThan(costs.teacher().macs());
        assertThat(costs.teacher().seconds()).isPositive();
        assertThat(costs.teacher().bytes()).isEqualTo(4 * all.teacherParameters());
        for (int u = 0; u < 38; u++) {
            assertThat(costs.units().get(u).cost().bytes())
                    .isEqualTo(4 * all.units().get(u).parameters());
        }
    }
}
