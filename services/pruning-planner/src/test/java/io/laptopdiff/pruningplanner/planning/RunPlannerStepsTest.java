package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.planning.ScriptedScoring.only;
import static io.laptopdiff.pruningplanner.planning.ScriptedScoring.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How plans are found by what is measured of several units together. */
class RunPlannerStepsTest {
    private static final Map<String, Object> CALIBRATION = Map.of("samples", 16, "slices", 8);

    @TempDir Path home;
    private ScriptedScoring scoring;

    @BeforeEach
    void setUp() throws IOException {
        scoring = new ScriptedScoring(home);
    }

    @Test
    void shouldTakeTheCandidateThatIsMeasuredBest() throws IOException {
        Map<String, Object> variant = Map.of("name", "v", "ratio", 0.5, "candidates", 3);
        RunSpec spec = scoring.tiny.spec(CALIBRATION, Map.of(), List.of(variant));
        List<List<String>> asked = new ArrayList<>();
        List<Message> said =
                scoring.run(
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
        JsonNode report =
                new ObjectMapper().readTree(scoring.store.run("r").variant("v").plan().toFile());
        assertThat(report.get("candidates")).hasSize(3);
    }

    @Test
    void shouldMeasureThePlanOfOneShotWhereThatIsAsked() {
        Map<String, Object> variant = Map.of("name", "v", "ratio", 0.5, "measured", true);
        List<Message> said =
                scoring.run(
                        scoring.tiny.spec(CALIBRATION, Map.of(), List.of(variant)),
                        0.5,
                        set -> 3 * scoring.sum(set));

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
                scoring.run(
                        scoring.tiny.spec(CALIBRATION, Map.of(), List.of(variant)),
                        0.5,
                        set -> {
                            asked.add(set);
                            return asked.indexOf(set) == 4 ? 0.25 : 1;
                        });

        assertThat(plan(said).removedUnits()).isEqualTo(asked.get(4));
        assertThat(plan(said).achievedRatio()).isGreaterThanOrEqualTo(0.5);
        JsonNode report =
                new ObjectMapper().readTree(scoring.store.run("r").variant("v").plan().toFile());
        assertThat(report.get("candidates")).hasSize(7);
    }

    @Test
    void shouldAskForWhatSeveralVariantsNeedAtOnceAndForNothingTwice() {
        List<Map<String, Object>> variants =
                List.of(
                        Map.of("name", "a", "ratio", 0.5, "measured", true),
                        Map.of("name", "b", "ratio", 0.5, "candidates", 3),
                        Map.of("name", "c", "ratio", 0.7, "candidates", 150));
        List<Message> said =
                scoring.run(scoring.tiny.spec(CALIBRATION, Map.of(), variants), 0.5, scoring::sum);

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
                scoring.run(
                        scoring.tiny.spec(CALIBRATION, Map.of(), List.of(variant)),
                        0.5,
                        scoring::sum);
        List<PruningPlan> candidates = only(said, PlanCreated.class).get(0).candidates();
        assertThat(candidates).hasSize(3).doesNotHaveDuplicates().startsWith(plan(said));
        assertThat(candidates).extracting(PruningPlan::measuredLoss).isSorted();
    }

    /** Two units that are cheap alone cost much together, which one shot cannot know. */
    @Test
    void shouldLearnInRoundsWhatOneShotCannotKnow() throws IOException {
        Map<String, Object> once = Map.of("name", "once", "ratio", 0.5);
        List<String> cheap =
                plan(scoring.run(
                                scoring.tiny.spec(CALIBRATION, Map.of(), List.of(once)),
                                0.5,
                                scoring::sum))
                        .removedUnits();
        String a = cheap.get(cheap.size() - 1);
        ToDoubleFunction<List<String>> joint =
                set -> scoring.sum(set) + (set.contains(a) && set.size() > 3 ? 100 : 0);
        Map<String, Object> rounds =
                Map.of("name", "v", "ratio", 0.5, "iterative", Map.of("removalsPerRound", 2));
        List<Message> said =
                scoring.run(scoring.tiny.spec(CALIBRATION, Map.of(), List.of(rounds)), 0.5, joint);

        PruningPlan plan = plan(said);
        assertThat(plan.search()).isEqualTo("iterative");
        assertThat(plan.achievedRatio()).isGreaterThanOrEqualTo(0.5);
        JsonNode report =
                new ObjectMapper()
                        .readTree(scoring.store.run("r").variant("v").plan().toFile())
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
}
