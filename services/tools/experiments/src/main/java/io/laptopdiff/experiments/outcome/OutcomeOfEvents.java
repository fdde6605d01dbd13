package io.laptopdiff.experiments.outcome;

import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.experiments.design.Experiment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads what matters out of all events of a run; their order says nothing. */
public final class OutcomeOfEvents {
    private static final String AUDIT = "additivity";

    private final List<Message> events;

    public OutcomeOfEvents(List<Message> events) {
        this.events = events.stream().sorted(Comparator.comparing(Message::occurredAt)).toList();
    }

    /** The outcome of an ended run. */
    public Outcome of(Experiment experiment, String digest, String machine) {
        List<VariantOutcome> variants =
                experiment.spec().variants().stream().map(v -> variant(v.name())).toList();
        Optional<AdditivityAudited> audit = all(AdditivityAudited.class).stream().findFirst();
        Instant first = events.get(0).occurredAt();
        Instant last = events.get(events.size() - 1).occurredAt();
        return new Outcome(
                experiment.name(),
                digest,
                last.toString().substring(0, 10),
                machine,
                Duration.between(first, last).toMillis() / 1000.0,
                variants,
                audit.map(AdditivityAudited::correlations).orElse(List.of()),
                audit.map(AdditivityAudited::points).orElse(List.of()),
                measured());
    }

    private <T extends Message> List<T> all(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private VariantOutcome variant(String name) {
        Optional<PlanCreated> plan =
                all(PlanCreated.class).stream().filter(e -> e.variant().equals(name)).findFirst();
        Optional<DistillationFinished> trained =
                all(DistillationFinished.class).stream()
                        .filter(e -> e.variant().equals(name))
                        .findFirst();
        Optional<EvaluationFinished> evaluated =
                all(EvaluationFinished.class).stream()
                        .filter(e -> e.variant().equals(name))
                        .findFirst();
        Optional<StageFailed> failed =
                all(StageFailed.class).stream()
                        .filter(e -> e.variant() == null || e.variant().equals(name))
                        .findFirst();
        return new VariantOutcome(
                name,
                plan.map(PlanCreated::plan).orElse(null),
                trained.map(DistillationFinished::initialLosses).orElse(null),
                trained.map(DistillationFinished::finalLosses).orElse(null),
                shares(name),
                evaluated.map(EvaluationFinished::student).orElse(null),
                evaluated.map(EvaluationFinished::teacher).orElse(null),
                evaluated.map(EvaluationFinished::declines).orElse(Map.of()),
                failed.map(e -> e.what() + " (" + e.where() + "): " + e.howToFix()).orElse(null));
    }

    private Map<String, Double> shares(String name) {
        // A step that was repeated after a kill is reported twice.
        Map<Integer, Map<String, Double>> bySteps = new TreeMap<>();
        all(DistillationProgressed.class).stream()
                .filter(e -> e.variant().equals(name) && e.gradientShares() != null)
                .forEach(e -> bySteps.put(e.step(), e.gradientShares()));
        return bySteps.values().stream()
                .flatMap(shares -> shares.entrySet().stream())
                .collect(
                        Collectors.groupingBy(
                                Map.Entry::getKey,
                                TreeMap::new,
                                Collectors.averagingDouble(Map.Entry::getValue)));
    }

    private List<MeasuredPlan> measured() {
        Map<String, Double> losses = losses();
        Map<List<String>, Map<Integer, Moments>> bySet = new LinkedHashMap<>();
        all(RemovalsMeasured.class).stream()
                .filter(e -> !e.purpose().equals(AUDIT))
                .sorted(Comparator.comparing(OutcomeOfEvents::number))
                .forEach(
                        e -> {
                            for (int s = 0; s < e.sets().size(); s++) {
                                bySet.computeIfAbsent(e.sets().get(s), set -> new TreeMap<>())
                                        .put(e.slice(), e.losses().get(s));
                            }
                        });
        List<MeasuredPlan> plans = new ArrayList<>();
        bySet.forEach(
                (set, slices) -> {
                    Moments all = Moments.NONE;
                    for (Moments slice : slices.values()) {
                        all = all.plus(slice);
                    }
                    plans.add(
                            new MeasuredPlan(
                                    set.size(),
                                    set.stream()
                                            .mapToDouble(u -> losses.getOrDefault(u, 0.0))
                                            .sum(),
                                    all.mean().orElse(0),
                                    all.standardError().orElse(0)));
                });
        return plans;
    }

    /**
     * Returns the number of a purpose: they are numbered as they are asked, "plans-1", "plans-2",
     * and so on.
     */
    private static int number(RemovalsMeasured event) {
        return Integer.parseInt(event.purpose().replaceAll("\\D", ""));
    }

    private Map<String, Double> losses() {
        ScoreFold fold = ScoreFold.EMPTY;
        for (UnitsScored slice : all(UnitsScored.class)) {
            fold = fold.with(slice);
        }
        Map<String, Double> losses = new HashMap<>();
        for (UnitScore score : fold.scores()) {
            losses.put(score.unit(), score.by(Criterion.OUTPUT_LOSS).mean().orElse(0));
        }
        return losses;
    }
}
