package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.ScoreFold;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.pruningplanner.additivity.Additivity;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.search.PlanSearch;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What follows from the facts of one run now. */
final class RunStep {
    /**
     * The sets asked for at once: of SDXL's 87 units, each named by 60 bytes, half a megabyte,
     * which a broker takes.
     */
    private static final int SETS_AT_ONCE = 100;

    private final RunFacts facts;
    private final RunSpec spec;
    private final StepOutput output;
    private final ArtifactStore store;
    private RunProgress progress;

    RunStep(RunFacts facts, RunProgress progress, ArtifactStore store, Clock clock) {
        this.facts = facts;
        this.spec = facts.started().spec();
        this.store = store;
        this.output = new StepOutput(facts.started().runId(), spec, store, clock);
        this.progress = progress;
    }

    /**
     * @param teacher read only where something is to be decided
     */
    Advance take(Supplier<UNetLayout> teacher) {
        try {
            if (!progress.checked()) {
                check(teacher.get());
            }
            if (!progress.done() && !progress.settled()) {
                checkCosts(teacher);
            }
            if (!progress.done() && allArrived()) {
                goOn(teacher.get());
            }
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
            output.failed(null, e);
            progress = progress.withDone();
        }
        return new Advance(output.messages(), progress);
    }

    /** Refuses, before any score is there, what no scores can make possible. */
    private void check(UNetLayout teacher) {
        takeOver(EarlierRun.of(store, spec));
        for (VariantSpec variant : open()) {
            try {
                if (variant.handcrafted() != null) {
                    HandcraftedPlans.of(variant.handcrafted(), teacher);
                } else {
                    PlanningProblem problem = new Problems(teacher, null).unscored(variant);
                    PlanSearch.requirePossible(problem);
                }
            } catch (RuntimeException e) {
                conclude(variant, e);
            }
        }
        progress = progress.withChecked();
        finishIfAllConcluded();
        if (!progress.done()) {
            askForSlices(0, wanted());
        }
    }

    /**
     * Takes over what a run that this one goes back to has planned, which needs no scores any more.
     */
    private void takeOver(EarlierRun earlier) {
        String runId = facts.started().runId();
        for (VariantSpec variant : open()) {
            earlier.plan(runId, variant)
                    .ifPresent(
                            planned -> {
                                output.planned(variant.name(), planned);
                                progress = progress.withConcluded(variant.name());
                            });
        }
    }

    /** Asks for the slices that are not there already, which were asked for before. */
    private void askForSlices(int first, int end) {
        Set<Integer> there =
                facts.slices().stream().map(UnitsScored::slice).collect(Collectors.toSet());
        for (int slice = first; slice < end; slice++) {
            if (!there.contains(slice)) {
                output.score(slice);
            }
        }
    }

    /** Refuses, as soon as the costs are measured, what they make impossible. */
    private void checkCosts(Supplier<UNetLayout> teacher) {
        List<VariantSpec> costly = open().stream().filter(VariantSpec::needsCosts).toList();
        Optional<UnitCosts> costs = costs();
        if (costly.isEmpty() || costs.isEmpty()) {
            return;
        }
        Problems problems = new Problems(teacher.get(), costs.get());
        for (VariantSpec variant : costly) {
            try {
                PlanSearch.requirePossible(problems.unscored(variant));
            } catch (RuntimeException e) {
                conclude(variant, e);
            }
        }
        finishIfAllConcluded();
    }

    private Optional<UnitCosts> costs() {
        return facts.slices().stream().map(UnitsScored::costs).filter(Objects::nonNull).findFirst();
    }

    private int wanted() {
        return progress.wanted() == 0 ? spec.calibration().slicesAtFirst() : progress.wanted();
    }

    private boolean allArrived() {
        return facts.first(wanted()).size() == wanted();
    }

    private void goOn(UNetLayout teacher) {
        List<UnitsScored> slices = facts.first(wanted());
        List<UnitScore> scores = fold(slices);
        Problems problems = new Problems(teacher, costs().orElse(null));
        problems.requireSameUnits(scores);
        JointLosses losses = new JointLosses(facts.measured(), wanted());
        VariantPlanner planner =
                new VariantPlanner(teacher, scores, problems, losses, spec.calibration().seed());
        if (!progress.settled()) {
            settle(planner, scores);
        }
        if (progress.settled() && !progress.audited()) {
            audit(scores, losses);
        }
        if (progress.audited() && progress.asked().stream().allMatch(losses::has)) {
            Set<List<String>> sets = new LinkedHashSet<>();
            open().forEach(variant -> sets.addAll(plan(variant, planner)));
            measure(sets.stream().filter(set -> !losses.has(set)).toList());
            finishIfAllConcluded();
        }
    }

    private List<UnitScore> fold(List<UnitsScored> slices) {
        ScoreFold fold = ScoreFold.EMPTY;
        for (UnitsScored slice : slices) {
            if (slice.slices() != spec.calibration().slices()) {
                throw new StageException(
                        "A slice says that the samples were cut into "
                                + slice.slices()
                                + ", and the request into "
                                + spec.calibration().slices(),
                        "slices",
                        "Ask for a new run under an id of its own.");
            }
            fold = fold.with(slice);
        }
        return fold.scores();
    }

    private void settle(VariantPlanner planner, List<UnitScore> scores) {
        CalibrationSpec calibration = spec.calibration();
        boolean adaptive = calibration.firstSlices() != null;
        boolean stable = adaptive && isStable(planner);
        if (adaptive && !stable && wanted() < calibration.slices()) {
            int more = Math.min(calibration.slices(), 2 * wanted());
            askForSlices(wanted(), more);
            progress = progress.withWanted(more);
            return;
        }
        ScoreReport report = ScoreReport.of(facts.started(), scores);
        output.scores(report);
        planner.frontier(facts.started().runId(), report.criteria().get(0))
                .ifPresent(output::frontier);
        progress = progress.withWanted(wanted()).withSettled();
        if (adaptive) {
            output.settled(report.samples(), wanted(), stable);
        }
    }

    /** A variant that cannot be planned is refused later, and waits for no more samples. */
    private boolean isStable(VariantPlanner planner) {
        for (VariantSpec variant : open()) {
            try {
                if (!planner.isStable(variant)) {
                    return false;
                }
            } catch (StageException e) {
                conclude(variant, e);
            }
        }
        return true;
    }

    private void audit(List<UnitScore> scores, JointLosses losses) {
        if (spec.scoring().additivity() == null) {
            progress = progress.withAudited();
            return;
        }
        Optional<Additivity> result = AdditivityStep.result(spec, scores, losses);
        if (result.isEmpty()) {
            ask(AdditivityStep.PURPOSE, AdditivityStep.sets(spec, scores));
            return;
        }
        Additivity audit = result.get();
        output.audited(audit);
        AdditivityStep.requireEnough(audit, spec.scoring().additivity());
        progress = progress.withAudited();
    }

    /**
     * Asks together for what all variants want to know: whoever measures it loads the teacher once.
     */
    private void measure(List<List<String>> sets) {
        for (int first = 0; first < sets.size(); first += SETS_AT_ONCE) {
            ask(
                    "plans-" + (progress.asked().size() + 1),
                    sets.subList(first, Math.min(sets.size(), first + SETS_AT_ONCE)));
        }
    }

    private void ask(String purpose, List<List<String>> sets) {
        if (progress.asked().contains(purpose)) {
            return;
        }
        output.measure(purpose, sets, wanted());
        progress = progress.withAsked(purpose);
    }

    private List<VariantSpec> open() {
        return spec.variants().stream()
                .filter(variant -> !progress.concluded().contains(variant.name()))
                .toList();
    }

    /** The sets that it needs to know first. */
    private List<List<String>> plan(VariantSpec variant, VariantPlanner planner) {
        try {
            Step step = planner.next(facts.started().runId(), variant);
            if (step instanceof Step.Measure measure) {
                return measure.sets();
            } else if (step instanceof Step.Planned planned) {
                output.planned(variant.name(), planned);
                progress = progress.withConcluded(variant.name());
            }
        } catch (RuntimeException e) {
            conclude(variant, e);
        }
        return List.of();
    }

    private void conclude(VariantSpec variant, RuntimeException cause) {
        output.failed(variant.name(), cause);
        progress = progress.withConcluded(variant.name());
    }

    private void finishIfAllConcluded() {
        if (open().isEmpty()) {
            progress = progress.withDone();
        }
    }
}
