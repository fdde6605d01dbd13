package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.run.Criterion;
import java.util.Arrays;
import java.util.Random;

/** Scores units uniformly from 0 to 1, by the seed alone: what any other criterion must beat. */
final class RandomScore implements UnitCriterion {

    private final long seed;

    RandomScore(long seed) {
        this.seed = seed;
    }

    @Override
    public Criterion criterion() {
        return Criterion.RANDOM;
    }

    @Override
    public double[][] measure(CalibrationBatch batch) {
        Random random = new Random(seed);
        double[][] values = new double[batch.teacher().layout().units().size()][batch.size()];
        for (double[] unit : values) {
            Arrays.fill(unit, random.nextDouble());
        }
        return values;
    }
}
