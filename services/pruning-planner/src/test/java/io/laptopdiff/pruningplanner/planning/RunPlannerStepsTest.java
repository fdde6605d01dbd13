package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.TinyScores.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.ScoringSettled;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Cost;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.contracts.scoring.UnitCost;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.pruningplanner.TinyScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scoring service without a model answers whatever the planner asks for. */
class RunPlannerStepsTest {
    private static final Map<String, Object> CALIBRATION = Map.of("samples", 16, "slices", 8);
    private static final Map<String, Object> AUDIT =
            Map.of("additivity", Map.of("sets", 12, "sizes", List.of(2, 4), "seed", 5));

    @TempDir Path home;
    private TinyScores tiny;
    private ArtifactStore store;
    private RunPlanner planner;
    private final Map<String, Double> losses = new HashMap<>();

    @BeforeEach
    void setUp() throws IOException {
        tiny = TinyScores.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        planner = new RunPlanner(Artifacts.ofFiles(), store, Clock.systemUTC());
        for (JsonNode unit : TinyScores.units()) {
            losses.put(unit.get("unit").textValue(), unit.get("output_mse").doubleValue());
        }
    }

    private double sum(List<String> set) {
        return set.stream().mapToDouble(losses::get).sum();
    }

    /** Every message of a run in which joint losses come out as told. */
    private List<Message> run(RunSpec spec, double spread, ToDoubleFunction<List<String>> joint) {
        int slices = spec.calibration().slices();
        List<UnitsScored> scored = new ArrayList<>();
        List<RemovalsMeasured> measured = new ArrayList<>();
        for (int slice = 0; slice < spec.calibration().slicesAtFirst(); slice++) {
            scored.add(TinyScores.slice("r", slice, slices, spread));
        }
        List<Message> said = new ArrayList<>();
        RunProgress progress = RunProgress.NEW;
        for (int step = 0; step < 100 && !progress.done(); step++) {
            Collections.reverse(measured);
            RunFacts facts = new RunFacts(started("r", spec), scored, measured);
            Advance advance = planner.advance(facts, progress);
            progress = advance.progress();
            said.addAll(advance.messages());
            assertThat(planner.advance(facts, progress).messages()).isEmpty();
            for (Message message : advance.messages()) {
                if (message instanceof ScoreUnits task) {
                    scored.add(TinyScores.slice("r", task.slice(), slices, spread));
                } else if (message instanceof MeasureRemovals task) {
                    measured.add(answer(task, joint));
                }
            }
        }
        assertThat(progress.done()).isTrue();
        Set<String> ids = new HashSet<>();
        assertThat(said).allSatisfy(message -> assertThat(ids.add(message.id())).isTrue());
        return said;
    }

    private static RemovalsMeasured answer(
            MeasureRemovals task, ToDoubleFunction<List<String>> joint) {
        List<Moments> moments =
                task.sets().stream()
                        .map(set -> joint.applyAsDouble(set))
                        .map(loss -> Moments.NONE.plus(0.9 * loss).plus(1.1 * loss))
                        .toList();
        return new RemovalsMeasured(
                "r",
                Instant.now(),
                task.purpose(),
                task.slice(),
                task.calibration().slices(),
                task.sets(),
                moments,
                0.1);
    }

    private static <T> List<T> only(List<Message> messages, Class<T> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static PruningPlan plan(List<Message> messages) {
        return only(messages, PlanCreated.class).get(0).plan();
    }

    @Test
    void shouldTakeTheCandidateThatIsMeasuredBest() throws IOException {
        Map<String, Object> variant = Map.of("name", "v", "ratio", 0.5, "candidates", 3);
        RunSpec spec = tiny.spec(CALIBRATION, Map.of(), List.of(variant));
        List<List<String>> asked = new ArrayList<>();
        List<Message> said =
                run(
                        spec,
                        0.5,
                        set -> {
                            asked.add(set);
                            return asked.indexOf(set) == 2 ? 0.25 : 1;
                        });

        assertThat(plan(said).search()).isEqualTo("verified");
        assertThat(plan(said).removedUnits()).isEqualTo(asked.get(2));
        assertThat(plan(said).measuredLoss()).isCloseTo(0.25, within(1e-12));
        assertThat(plan(said).measuredLossError()).isPositive();
        assertThat(only(said, PlanCreated.class).get(0).candidates()).isEmpty();
        JsonNode report = new ObjectMapper().readTree(store.run("r").variant("v").plan().toFile());
        assertThat(report.get("candidates")).hasSize(3);
    }

    @Test
    void shouldMeasureThePlanOfOneShotWhereThatIsAsked() {
        Map<String, Object> variant = Map.of("name", "v", "ratio", 0.5, "measured", true);
        List<Message> said =
                run(tiny.spec(CALIBRATION, Map.of(), List.of(variant)), 0.5, set -> 3 * sum(set));

        assertThat(plan(said).search()).isEqualTo("one-shot");
        assertThat(plan(said).measuredLoss())
                .isCloseTo(3 * plan(said).predictedLoss(), within(1e-9));
        assertThat(only(said, MeasureRemovals.class)).hasSize(8);
    }

    @Test
    void shouldTakeARandomPlanThatIsMeasuredBetterThanTheBestPredicted() throws IOException {
        Map<String, Object> variant =
                Map.of("name", "v", "ratio", 0.5, "candidates", 2, "randomCandidates", 5);
        List<List<String>> asked = new ArrayList<>();
        List<Message> said =
                run(
                        tiny.spec(CALIBRATION, Map.of(), List.of(variant)),
                        0.5,
                        set -> {
                            asked.add(set);
                            return asked.indexOf(set) == 4 ? 0.25 : 1;
                        });

        assertThat(plan(said).removedUnits()).isEqualTo(asked.get(4));
        assertThat(plan(said).achievedRatio()).isGreaterThanOrEqualTo(0.5);
        JsonNode report = new ObjectMapper().readTree(store.run("r").variant("v").plan().toFile());
        assertThat(report.get("candidates")).hasSize(7);
    }

    @Test
    void shouldAskForWhatSeveralVariantsNeedAtOnceAndForNothingTwice() {
        List<Map<String, Object>> variants =
                List.of(
                        Map.of("name", "a", "ratio", 0.5, "measured", true),
                        Map.of("name", "b", "ratio", 0.5, "candidates", 3),
                        Map.of("name", "c", "ratio", 0.7, "candidates", 150));
        List<Message> said = run(tiny.spec(CALIBRATION, Map.of(), variants), 0.5, this::sum);

        List<MeasureRemovals> tasks = only(said, MeasureRemovals.class);
        assertThat(tasks).hasSize(2 * 8);
        List<List<String>> sets =
                tasks.stream()
                        .filter(task -> task.slice() == 0)
                        .flatMap(task -> task.sets().stream())
                        .toList();
        assertThat(sets).hasSize(153).doesNotHaveDuplicates();
        assertThat(only(said, PlanCreated.class)).hasSize(3);
    }

    @Test
    void shouldLeaveTheChoiceToAShortDistillationWhereThatIsAsked() {
        Map<String, Object> variant =
                Map.of("name", "v", "ratio", 0.5, "candidates", 3, "recoverySteps", 10);
        List<Message> said =
                run(tiny.spec(CALIBRATION, Map.of(), List.of(variant)), 0.5, this::sum);
        List<PruningPlan> candidates = only(said, PlanCreated.class).get(0).candidates();
        assertThat(candidates).hasSize(3).doesNotHaveDuplicates().startsWith(plan(said));
        assertThat(candidates).extracting(PruningPlan::measuredLoss).isSorted();
    }

    /** Two units that are cheap alone cost much together, which one shot cannot know. */
    @Test
    void shouldLearnInRoundsWhatOneShotCannotKnow() throws IOException {
        Map<String, Object> once = Map.of("name", "once", "ratio", 0.5);
        List<String> cheap =
                plan(run(tiny.spec(CALIBRATION, Map.of(), List.of(once)), 0.5, this::sum))
                        .removedUnits();
        String a = cheap.get(cheap.size() - 1);
        ToDoubleFunction<List<String>> joint =
                set -> sum(set) + (set.contains(a) && set.size() > 3 ? 100 : 0);
        Map<String, Object> rounds =
                Map.of("name", "v", "ratio", 0.5, "iterative", Map.of("removalsPerRound", 2));
        List<Message> said = run(tiny.spec(CALIBRATION, Map.of(), List.of(rounds)), 0.5, joint);

        PruningPlan plan = plan(said);
        assertThat(plan.search()).isEqualTo("iterative");
        assertThat(plan.achievedRatio()).isGreaterThanOrEqualTo(0.5);
        JsonNode report =
                new ObjectMapper()
                        .readTree(store.run("r").variant("v").plan().toFile())
                        .get("iterative");
        long sets =
                only(said, MeasureRemovals.class).stream().mapToLong(m -> m.sets().size()).sum();
        assertThat(report.get("measurements").longValue()).isEqualTo(sets);
        assertThat(plan.measuredLoss())
                .isCloseTo(joint.applyAsDouble(plan.removedUnits()), within(1e-9));
        double oneShot = report.get("oneShot").get("measuredLoss").doubleValue();
        assertThat(oneShot).isCloseTo(joint.applyAsDouble(cheap), within(1e-9));
        assertThat(plan.measuredLoss()).isLessThan(oneShot);
    }

    @Test
    void shouldAuditBeforeAnyPlan() throws IOException {
        RunSpec spec = tiny.spec(CALIBRATION, AUDIT, List.of(Map.of("name", "v", "ratio", 0.5)));
        List<Message> said = run(spec, 0.5, set -> 2 * sum(set));

        AdditivityAudited audit = only(said, AdditivityAudited.class).get(0);
        assertThat(audit.points()).hasSize(12);
        assertThat(audit.correlations().get(0).pearson()).isCloseTo(1, within(1e-9));
        assertThat(audit.correlations().get(0).spearman()).isCloseTo(1, within(1e-9));
        assertThat(audit.correlations().get(0).slope()).isCloseTo(2, within(1e-9));
        assertThat(said.get(said.size() - 1)).isInstanceOf(PlanCreated.class);
        Path file = store.run("r").additivity();
        assertThat(new ObjectMapper().readTree(file.toFile()).get("points")).hasSize(12);
        assertThat(Files.readString(file.resolveSibling("additivity.svg")))
                .startsWith("<svg")
                .endsWith("</svg>\n")
                .contains("slope 2.000");
    }

    @Test
    void shouldStopTheRunWhoseSumsRankTheSetsBadly() {
        Map<String, Object> audit =
                Map.of("additivity", Map.of("sets", 12, "seed", 5, "minimumSpearman", 0.9));
        RunSpec spec = tiny.spec(CALIBRATION, audit, List.of(Map.of("name", "v", "ratio", 0.5)));
        List<Message> said = run(spec, 0.5, set -> 1 / (1 + sum(set)));

        StageFailed failure = only(said, StageFailed.class).get(0);
        assertThat(failure.variant()).isNull();
        assertThat(failure.where()).isEqualTo("scoring.additivity.minimumSpearman");
        assertThat(only(said, PlanCreated.class)).isEmpty();
        assertThat(only(said, AdditivityAudited.class)).hasSize(1);
    }

    @Test
    void shouldEndTheSamplingWhenThePlanIsStable() {
        RunSpec spec = adaptive();
        List<Message> said = run(spec, 1e-9, this::sum);
        ScoringSettled settled = only(said, ScoringSettled.class).get(0);
        assertThat(settled.stable()).isTrue();
        assertThat(settled.slices()).isEqualTo(2);
        assertThat(settled.samples()).isEqualTo(4);
        assertThat(only(said, ScoreUnits.class)).isEmpty();
    }

    @Test
    void shouldSayThatTheSamplesEndedFirst() {
        List<Message> said = run(adaptive(), 1, this::sum);
        ScoringSettled settled = only(said, ScoringSettled.class).get(0);
        assertThat(settled.stable()).isFalse();
        assertThat(settled.slices()).isEqualTo(8);
        assertThat(only(said, ScoreUnits.class))
                .extracting(ScoreUnits::slice)
                .containsExactly(2, 3, 4, 5, 6, 7);
    }

    private RunSpec adaptive() {
        return tiny.spec(
                Map.of("samples", 16, "slices", 8, "firstSlices", 2),
                Map.of(),
                List.of(Map.of("name", "v", "ratio", 0.5)));
    }

    /** Every unit takes 1 of 100 ms and 5 of 1000 MACs. */
    private static UnitsScored withCosts(UnitsScored slice) {
        List<UnitCost> units =
                slice.units().stream()
                        .map(unit -> new UnitCost(unit.unit(), new Cost(5, 0.001, 10)))
                        .toList();
        return new UnitsScored(
                slice.runId(),
                slice.occurredAt(),
                slice.slice(),
                slice.slices(),
                slice.teacherParameters(),
                slice.units(),
                slice.seconds(),
                new UnitCosts(new Cost(1000, 0.1, 1000), units));
    }

    @Test
    void shouldPlanByMeasuredLatencyAndRefuseWhatItCannotGiveAtOnce() {
        RunSpec spec =
                tiny.spec(
                        Map.of("samples", 4, "slices", 2),
                        Map.of(),
                        List.of(
                                Map.of("name", "v", "ratio", 0.2, "latencyRatio", 0.1),
                                Map.of("name", "w", "latencyRatio", 0.5),
                                Map.of("name", "x", "macsRatio", 0.1)));
        List<UnitsScored> slices =
                List.of(
                        withCosts(TinyScores.slice("r", 0, 2, 0.5)),
                        TinyScores.slice("r", 1, 2, 0.5));
        RunFacts first = new RunFacts(started("r", spec), slices.subList(0, 1), List.of());
        Advance early = planner.advance(first, RunProgress.NEW);

        StageFailed failure = only(early.messages(), StageFailed.class).get(0);
        assertThat(only(early.messages(), ScoreUnits.class))
                .extracting(ScoreUnits::slice)
                .containsExactly(1);
        assertThat(early.messages()).hasSize(2);
        assertThat(failure.variant()).isEqualTo("w");
        assertThat(failure.where()).isEqualTo("latencyRatio");
        assertThat(failure.howToFix()).isEqualTo("Ask for at most 0.3800.");

        RunFacts all = new RunFacts(started("r", spec), slices, List.of());
        List<PlanCreated> plans =
                only(planner.advance(all, early.progress()).messages(), PlanCreated.class);
        PruningPlan plan = plans.get(0).plan();
        assertThat(plan.removedUnits()).hasSizeGreaterThanOrEqualTo(10);
        assertThat(plan.achievedRatio()).isGreaterThanOrEqualTo(0.2);
        assertThat(plans.get(1).plan().requestedRatio()).isNull();
        assertThat(plans.get(1).plan().removedUnits()).hasSize(20);
    }

    @Test
    void shouldAskForTheFirstSlicesAsSoonAsAnyVariantIsPossible() {
        RunSpec spec =
                tiny.spec(
                        Map.of("samples", 16, "slices", 8, "firstSlices", 2),
                        Map.of(),
                        List.of(
                                Map.of("name", "a", "ratio", 0.99),
                                Map.of("name", "b", "ratio", 0.5)));
        RunFacts facts = new RunFacts(started("r", spec), List.of(), List.of());
        Advance advance = planner.advance(facts, RunProgress.NEW);

        assertThat(only(advance.messages(), ScoreUnits.class))
                .extracting(ScoreUnits::slice)
                .containsExactly(0, 1);
        assertThat(only(advance.messages(), StageFailed.class))
                .extracting(StageFailed::variant)
                .containsExactly("a");
        assertThat(planner.advance(facts, advance.progress()).messages()).isEmpty();
    }

    @Test
    void shouldRefuseBeforeAnyScoreWhatNoScoreMakesPossible() {
        List<Map<String, Object>> variants =
                List.of(
                        Map.of("name", "a", "ratio", 0.99),
                        Map.of("name", "b", "ratio", 0.5, "keep", List.of("nowhere")),
                        Map.of("name", "c", "ratio", 0.9, "minimumUnits", Map.of("mid_block", 2)),
                        Map.of("name", "d", "ratio", 0.5, "minimumUnits", Map.of("mid_block", 9)),
                        Map.of("name", "e", "ratio", 0.5, "maximumRatio", 0.5));
        RunFacts facts =
                new RunFacts(
                        started("r", tiny.spec(CALIBRATION, Map.of(), variants)),
                        List.of(),
                        List.of());
        Advance advance = planner.advance(facts, RunProgress.NEW);

        List<StageFailed> failures = only(advance.messages(), StageFailed.class);
        // No device has to work for a run of which nothing is possible.
        assertThat(only(advance.messages(), ScoreUnits.class)).isEmpty();
        assertThat(advance.progress().done()).isTrue();
        assertThat(failures)
                .extracting(StageFailed::where)
                .startsWith("ratio", "keep", "ratio", "minimumUnits.mid_block");
        assertThat(failures.get(2).what()).contains("'minimumUnits' holds 2 of mid_block");
        assertThat(failures.get(3).howToFix()).isEqualTo("Ask for at most 3.");
    }
}
