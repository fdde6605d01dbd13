package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.TinyScores.started;
import static io.laptopdiff.pruningplanner.planning.ScriptedScoring.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.contracts.AdditivityAudited;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.ScoringSettled;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Cost;
import io.laptopdiff.contracts.scoring.UnitCost;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.pruningplanner.TinyScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the planner asks for before any plan, and when that is enough. */
class RunPlannerSamplingTest {
    private static final Map<String, Object> CALIBRATION = Map.of("samples", 16, "slices", 8);
    private static final Map<String, Object> AUDIT =
            Map.of("additivity", Map.of("sets", 12, "sizes", List.of(2, 4), "seed", 5));

    @TempDir Path home;
    private ScriptedScoring scoring;

    @BeforeEach
    void setUp() throws IOException {
        scoring = new ScriptedScoring(home);
    }

    @Test
    void shouldAuditBeforeAnyPlan() throws IOException {
        RunSpec spec =
                scoring.tiny.spec(CALIBRATION, AUDIT, List.of(Map.of("name", "v", "ratio", 0.5)));
        List<Message> said = scoring.run(spec, 0.5, set -> 2 * scoring.sum(set));

        AdditivityAudited audit = only(said, AdditivityAudited.class).get(0);
        assertThat(audit.points()).hasSize(12);
        assertThat(audit.correlations().get(0).pearson()).isCloseTo(1, within(1e-9));
        assertThat(audit.correlations().get(0).spearman()).isCloseTo(1, within(1e-9));
        assertThat(audit.correlations().get(0).slope()).isCloseTo(2, within(1e-9));
        assertThat(said.get(said.size() - 1)).isInstanceOf(PlanCreated.class);
        Path file = scoring.store.run("r").additivity();
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
        RunSpec spec =
                scoring.tiny.spec(CALIBRATION, audit, List.of(Map.of("name", "v", "ratio", 0.5)));
        List<Message> said = scoring.run(spec, 0.5, set -> 1 / (1 + scoring.sum(set)));

        StageFailed failure = only(said, StageFailed.class).get(0);
        assertThat(failure.variant()).isNull();
        assertThat(failure.where()).isEqualTo("scoring.additivity.minimumSpearman");
        assertThat(only(said, PlanCreated.class)).isEmpty();
        assertThat(only(said, AdditivityAudited.class)).hasSize(1);
    }

    @Test
    void shouldEndTheSamplingWhenThePlanIsStable() {
        RunSpec spec = adaptive();
        List<Message> said = scoring.run(spec, 1e-9, scoring::sum);
        ScoringSettled settled = only(said, ScoringSettled.class).get(0);
        assertThat(settled.stable()).isTrue();
        assertThat(settled.slices()).isEqualTo(2);
        assertThat(settled.samples()).isEqualTo(4);
        assertThat(only(said, ScoreUnits.class)).isEmpty();
    }

    @Test
    void shouldSayThatTheSamplesEndedFirst() {
        List<Message> said = scoring.run(adaptive(), 1, scoring::sum);
        ScoringSettled settled = only(said, ScoringSettled.class).get(0);
        assertThat(settled.stable()).isFalse();
        assertThat(settled.slices()).isEqualTo(8);
        assertThat(only(said, ScoreUnits.class))
                .extracting(ScoreUnits::slice)
                .containsExactly(2, 3, 4, 5, 6, 7);
    }

    private RunSpec adaptive() {
        return scoring.tiny.spec(
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
                scoring.tiny.spec(
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
        Advance early = scoring.planner.advance(first, RunProgress.NEW);

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
                only(scoring.planner.advance(all, early.progress()).messages(), PlanCreated.class);
        PruningPlan plan = plans.get(0).plan();
        assertThat(plan.removedUnits()).hasSizeGreaterThanOrEqualTo(10);
        assertThat(plan.achievedRatio()).isGreaterThanOrEqualTo(0.2);
        assertThat(plans.get(1).plan().requestedRatio()).isNull();
        assertThat(plans.get(1).plan().removedUnits()).hasSize(20);
    }

    @Test
    void shouldAskForTheFirstSlicesAsSoonAsAnyVariantIsPossible() {
        RunSpec spec =
                scoring.tiny.spec(
                        Map.of("samples", 16, "slices", 8, "firstSlices", 2),
                        Map.of(),
                        List.of(
                                Map.of("name", "a", "ratio", 0.99),
                                Map.of("name", "b", "ratio", 0.5)));
        RunFacts facts = new RunFacts(started("r", spec), List.of(), List.of());
        Advance advance = scoring.planner.advance(facts, RunProgress.NEW);

        assertThat(only(advance.messages(), ScoreUnits.class))
                .extracting(ScoreUnits::slice)
                .containsExactly(0, 1);
        assertThat(only(advance.messages(), StageFailed.class))
                .extracting(StageFailed::variant)
                .containsExactly("a");
        assertThat(scoring.planner.advance(facts, advance.progress()).messages()).isEmpty();
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
                        started("r", scoring.tiny.spec(CALIBRATION, Map.of(), variants)),
                        List.of(),
                        List.of());
        Advance advance = scoring.planner.advance(facts, RunProgress.NEW);

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
