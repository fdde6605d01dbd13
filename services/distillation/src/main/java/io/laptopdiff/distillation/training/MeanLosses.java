package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The losses of the parts of a step as those of the one big batch. */
final class MeanLosses {

    private MeanLosses() {}

    /**
     * @param batches all parts, with one scale of the features
     * @param shares of the samples; they add up to 1
     */
    static Losses of(List<Losses> batches, List<Double> shares) {
        if (batches.size() == 1) {
            return batches.get(0);
        }
        List<FeatureTerm> features = new ArrayList<>();
        for (int i = 0; i < batches.get(0).features().size(); i++) {
            int stage = i;
            FeatureTerm first = batches.get(0).features().get(i);
            double raw = mean(batches, shares, losses -> losses.features().get(stage).raw());
            features.add(new FeatureTerm(first.stage(), raw, raw * first.weight(), first.weight()));
        }
        return new Losses(
                mean(batches, shares, Losses::total),
                mean(batches, shares, Losses::task),
                mean(batches, shares, Losses::output),
                features);
    }

    private static double mean(
            List<Losses> batches, List<Double> shares, ToDoubleFunction<Losses> value) {
        double sum = 0;
        for (int i = 0; i < batches.size(); i++) {
            sum += shares.get(i) * value.applyAsDouble(batches.get(i));
        }
        return sum;
    }
}
