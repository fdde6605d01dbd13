package io.laptopdiff.pruningplanner.additivity;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.scoring.AdditivityPoint;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitScore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The result of an audit.
 *
 * @param points one a set
 * @param correlations by criterion, first over all sets, then by size; none where a series is
 *     constant
 */
public record Additivity(List<AdditivityPoint> points, List<AdditivityCorrelation> correlations) {
    public Additivity {
        points = List.copyOf(points);
        correlations = List.copyOf(correlations);
    }

    /**
     * Compares what was measured with the sums.
     *
     * @param scores of every unit
     * @param measured joint output losses, in the order of the sets
     */
    public static Additivity of(
            List<List<String>> sets,
            List<Moments> measured,
            List<UnitScore> scores,
            List<Criterion> criteria) {
        List<AdditivityPoint> points = new ArrayList<>();
        for (int s = 0; s < sets.size(); s++) {
            List<String> set = sets.get(s);
            Map<String, Double> predicted = new TreeMap<>();
            for (Criterion criterion : criteria) {
                predicted.put(criterion.text(), predicted(set, scores, criterion));
            }
            Moments loss = measured.get(s);
            points.add(
                    new AdditivityPoint(
                            set,
                            predicted,
                            Math.max(0, loss.mean().orElse(0)),
                            loss.standardError().orElse(0)));
        }
        return new Additivity(points, correlations(points, criteria));
    }

    private static double predicted(List<String> set, List<UnitScore> scores, Criterion criterion) {
        Map<String, Double> byUnit = new HashMap<>();
        scores.forEach(score -> byUnit.put(score.unit(), score.by(criterion).mean().orElse(0)));
        return set.stream().mapToDouble(byUnit::get).sum();
    }

    private static List<AdditivityCorrelation> correlations(
            List<AdditivityPoint> points, List<Criterion> criteria) {
        List<AdditivityCorrelation> correlations = new ArrayList<>();
        for (Criterion criterion : criteria) {
            add(correlations, criterion, null, points);
            points.stream()
                    .map(point -> point.units().size())
                    .distinct()
                    .sorted()
                    .forEach(size -> add(correlations, criterion, size, points));
        }
        return correlations;
    }

    private static void add(
            List<AdditivityCorrelation> correlations,
            Criterion criterion,
            Integer size,
            List<AdditivityPoint> points) {
        List<AdditivityPoint> chosen =
                points.stream()
                        .filter(point -> size == null || point.units().size() == size)
                        .toList();
        double[] x =
                chosen.stream()
                        .mapToDouble(point -> point.predicted().get(criterion.text()))
                        .toArray();
        double[] y = chosen.stream().mapToDouble(AdditivityPoint::measured).toArray();
        Correlation.of(x, y)
                .ifPresent(
                        found ->
                                correlations.add(
                                        new AdditivityCorrelation(
                                                criterion,
                                                size,
                                                found.pearson(),
                                                found.spearman(),
                                                found.slope())));
    }

    /** Returns the correlation over sets of any size; empty where a series is constant. */
    public Optional<AdditivityCorrelation> over(Criterion criterion) {
        return correlations.stream()
                .filter(found -> found.criterion() == criterion && found.size() == null)
                .findFirst();
    }
}
