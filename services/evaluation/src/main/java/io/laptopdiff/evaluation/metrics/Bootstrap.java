package io.laptopdiff.evaluation.metrics;

import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * 95 % percentile intervals by the bootstrap (Efron, 1979): prompts are drawn with replacement, and
 * an image goes with its prompt, so images of one caption are never taken for independent ones.
 * What is compared is drawn together: teacher and student of the same prompts and seeds.
 */
public final class Bootstrap {

    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;
    private static final double PERCENT = 100;

    private final int[][] prompts; // images of each
    private final int draws;
    private final long seed;

    /**
     * @param captions of the images
     * @param draws of the prompts
     */
    public Bootstrap(List<String> captions, int draws, long seed) {
        Map<String, List<Integer>> byCaption = new LinkedHashMap<>();
        for (int i = 0; i < captions.size(); i++) {
            byCaption.computeIfAbsent(captions.get(i), caption -> new ArrayList<>()).add(i);
        }
        this.prompts =
                byCaption.values().stream()
                        .map(images -> images.stream().mapToInt(Integer::intValue).toArray())
                        .toArray(int[][]::new);
        this.draws = draws;
        this.seed = seed;
    }

    /**
     * A mean with its interval.
     *
     * @param values of the images
     */
    public Score mean(double[] values) {
        double[] means = means(values);
        Arrays.sort(means);
        return new Score(
                Arrays.stream(values).average().orElseThrow(),
                quantile(means, LOW),
                quantile(means, HIGH));
    }

    /**
     * Returns (teacher - student) / teacher * 100 of the means, as the paper states it, with its
     * paired interval.
     *
     * @return empty where the teacher's mean is not above 0: a share of nothing says nothing
     */
    public Optional<Decline> decline(double[] teacher, double[] student) {
        double of = Arrays.stream(teacher).average().orElseThrow();
        if (of <= 0) {
            return Optional.empty();
        }
        // The same seed draws the same prompts for both.
        double[] teachers = means(teacher);
        double[] students = means(student);
        double[] declines =
                IntStream.range(0, draws)
                        .filter(draw -> teachers[draw] > 0)
                        .mapToDouble(draw -> percent(teachers[draw], students[draw]))
                        .sorted()
                        .toArray();
        double percent = percent(of, Arrays.stream(student).average().orElseThrow());
        return Optional.of(
                declines.length == 0
                        ? new Decline(percent, percent, percent)
                        : new Decline(percent, quantile(declines, LOW), quantile(declines, HIGH)));
    }

    private static double percent(double teacher, double student) {
        return (teacher - student) / teacher * PERCENT;
    }

    private double[] means(double[] values) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[draws];
        for (int draw = 0; draw < draws; draw++) {
            double sum = 0;
            int images = 0;
            for (int i = 0; i < prompts.length; i++) {
                for (int image : prompts[random.nextInt(prompts.length)]) {
                    sum += values[image];
                    images++;
                }
            }
            means[draw] = sum / images;
        }
        return means;
    }

    /** Returns the quantile between the two nearest of the sorted values, in proportion. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
