package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what criteria say of each unit; the output loss also per timestep quartile. */
final class UnitSums {

    private final List<Unit> units;
    private final int trainingTimesteps;
    private final Moments[] all;
    private final Moments[][] quartiles;
    private final Map<Criterion, Moments[]> others = new EnumMap<>(Criterion.class);

    UnitSums(List<Unit> units, int trainingTimesteps) {
        this.units = units;
        this.trainingTimesteps = trainingTimesteps;
        this.all = none(units.size());
        this.quartiles = new Moments[units.size()][UnitScore.QUARTILES];
        Arrays.stream(quartiles).forEach(each -> Arrays.fill(each, Moments.NONE));
    }

    /**
     * @param values {@code [units][samples]}
     * @throws StageException if a value is not finite
     */
    void add(Criterion criterion, List<CalibrationDraw> samples, double[][] values) {
        for (int u = 0; u < units.size(); u++) {
            for (int i = 0; i < samples.size(); i++) {
                requireFinite(values[u][i], units.get(u).path(), samples.get(i));
                if (criterion == Criterion.OUTPUT_LOSS) {
                    add(u, samples.get(i), values[u][i]);
                } else {
                    Moments[] sums = others.computeIfAbsent(criterion, c -> none(units.size()));
                    sums[u] = sums[u].plus(values[u][i]);
                }
            }
        }
    }

    private static Moments[] none(int size) {
        Moments[] none = new Moments[size];
        Arrays.fill(none, Moments.NONE);
        return none;
    }

    private void add(int unit, CalibrationDraw sample, double loss) {
        int quartile = UnitScore.quartileOf(sample.timestep(), trainingTimesteps);
        all[unit] = all[unit].plus(loss);
        quartiles[unit][quartile] = quartiles[unit][quartile].plus(loss);
    }

    /**
     * @param removed what was left out
     * @throws StageException if the loss is not finite
     */
    static void requireFinite(double loss, Object removed, CalibrationDraw sample) {
        if (!Double.isFinite(loss)) {
            throw new StageException(
                    "The U-Net's output without a unit, or with all of them, is not finite",
                    removed
                            + ", calibration sample "
                            + sample.index()
                            + ", timestep "
                            + sample.timestep(),
                    "Check that the teacher draws good images; its weights may have overflowed when they were converted.");
        }
    }

    /** Returns the scores in the order of the units. */
    List<UnitScore> scores() {
        List<UnitScore> scores = new ArrayList<>();
        for (int u = 0; u < units.size(); u++) {
            Unit unit = units.get(u);
            scores.add(
                    new UnitScore(
                            unit.path(),
                            UnitKind.of(unit.kind().label()),
                            unit.parameters(),
                            all[u],
                            List.of(quartiles[u]),
                            others(u)));
        }
        return scores;
    }

    private Map<String, Moments> others(int unit) {
        Map<String, Moments> named = new TreeMap<>();
        others.forEach((criterion, sums) -> named.put(criterion.text(), sums[unit]));
        return named;
    }
}
