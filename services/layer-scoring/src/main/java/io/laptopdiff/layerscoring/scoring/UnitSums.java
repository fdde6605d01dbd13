package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitKind;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Adds up losses per unit, over all samples and per timestep quartile. */
final class UnitSums {

    private final List<Unit> units;
    private final int trainingTimesteps;
    private final Moments[] all;
    private final Moments[][] quartiles;

    UnitSums(List<Unit> units, int trainingTimesteps) {
        this.units = units;
        this.trainingTimesteps = trainingTimesteps;
        this.all = new Moments[units.size()];
        this.quartiles = new Moments[units.size()][UnitScore.QUARTILES];
        Arrays.fill(all, Moments.NONE);
        Arrays.stream(quartiles).forEach(each -> Arrays.fill(each, Moments.NONE));
    }

    /**
     * @param losses {@code [units][samples]}
     * @throws ScoringException if a loss is not finite
     */
    void add(List<CalibrationDraw> samples, double[][] losses) {
        for (int u = 0; u < units.size(); u++) {
            for (int i = 0; i < samples.size(); i++) {
                add(u, samples.get(i), losses[u][i]);
            }
        }
    }

    private void add(int unit, CalibrationDraw sample, double loss) {
        requireFinite(loss, units.get(unit).path(), sample);
        int quartile = UnitScore.quartileOf(sample.timestep(), trainingTimesteps);
        all[unit] = all[unit].plus(loss);
        quartiles[unit][quartile] = quartiles[unit][quartile].plus(loss);
    }

    /**
     * @param removed what was left out
     * @throws ScoringException if the loss is not finite
     */
    static void requireFinite(double loss, Object removed, CalibrationDraw sample) {
        if (!Double.isFinite(loss)) {
            throw new ScoringException(
                    "The U-Net's output without a unit, or with all of them, is not finite",
                    removed
                            + ", calibration sample "
                            + sample.index()
                            + ", timestep "
                            + sample.timestep(),
                    "Check that the teacher draws good images; its weights may have overflowed when they were converted.");
        }
    }

    /** In the order of the units. */
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
                            List.of(quartiles[u])));
        }
        return scores;
    }
}
