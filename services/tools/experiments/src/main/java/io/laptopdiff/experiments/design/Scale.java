package io.laptopdiff.experiments.design;

import java.util.ArrayList;
import java.util.List;

/**
 * How much computing each experiment gets.
 *
 * @param ratios that the criteria are compared at
 * @param hardRatio one that leaves little, where plans differ most
 * @param steps of every distillation
 * @param batchSize of every distillation
 * @param samples of calibration
 * @param slices that the samples are cut into
 * @param prompts images that judge each student
 * @param inferenceSteps of each image
 * @param clipScorePrompts images per slice that the criterion clip-score draws for each unit
 * @param candidates plans that are verified
 * @param searchBest best predicted plans that the search measures at each ratio
 * @param searchRandom random plans that it measures beside them
 * @param auditSets random sets of the additivity audit
 */
public record Scale(
        List<Double> ratios,
        double hardRatio,
        int steps,
        int batchSize,
        int samples,
        int slices,
        int prompts,
        int inferenceSteps,
        int clipScorePrompts,
        int candidates,
        int searchBest,
        int searchRandom,
        int auditSets) {
    /** The scale of the published report. */
    public static final Scale FULL =
            new Scale(List.of(0.3, 0.5, 0.7), 0.85, 150, 16, 64, 4, 64, 20, 4, 16, 100, 300, 60);

    public Scale {
        ratios = List.copyOf(ratios);
    }

    /** Returns all ratios, the hard one last. */
    public List<Double> allRatios() {
        List<Double> all = new ArrayList<>(ratios);
        all.add(hardRatio);
        return all;
    }
}
