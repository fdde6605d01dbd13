package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The losses of several batches of one size as those of the one big batch. */
final class MeanLosses {

    private MeanLosses() {}

    static Losses of(List<Losses> batches) {
        if (batches.size() == 1) {
            return batches.get(0);
        }
        List<FeatureTerm> features = new ArrayList<>();
        for (int i = 0; i < batches.get(0).features().size(); i++) {
            int stage = i;
            FeatureTerm first = batches.get(0).features().get(i);
            double raw = mean(batches, losses -> losses.features().get(stage).raw());
            features.add(new FeatureTerm(first.stage(), raw, raw * first.weight(), first.weight()));
        }
        return new Losses(
                mean(batches, Losses::total),
                mean(batches, Losses::task),
                mean(batches, Losses::output),
                features);
    }

    private static double mean(List<Losses> batches, ToDoubleFunction<Losses> value) {
        return batches.stream().mapToDouble(value).average().orElseThrow();
    }
}
