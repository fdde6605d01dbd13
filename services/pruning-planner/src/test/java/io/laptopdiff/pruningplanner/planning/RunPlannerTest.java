package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.TinyScores.SLICES;
import static io.laptopdiff.pruningplanner.TinyScores.slice;
import static io.laptopdiff.pruningplanner.TinyScores.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.pruningplanner.TinyScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPlannerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Object> HALF = Map.of("name", "half", "ratio", 0.5);
    private static final Map<String, Object> HAND = Map.of("handcrafted", "bk-small");

    @TempDir Path home;
    private TinyScores tiny;
    private ArtifactStore store;
    private RunPlanner planner;

    @BeforeEach
    void setUp() throws IOException {
        tiny = TinyScores.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        planner = new RunPlanner(Artifacts.ofFiles(), store, Clock.systemUTC());
    }

    private List<Message> plan(List<Map<String, Object>> variants) {
        return advance(tiny.spec(variants), slices());
    }

    private List<Message> advance(RunSpec spec, List<UnitsScored> slices) {
        RunFacts facts = new RunFacts(started("r", spec), slices, List.of());
        return planner.advance(facts, RunProgress.NEW).messages();
    }

    private static List<UnitsScored> slices() {
        return IntStream.range(0, SLICES).mapToObj(i -> slice("r", i)).toList();
    }

    private static PruningPlan plan(Message event) {
        return ((PlanCreated) event).plan();
    }

    @Test
    void shouldPlanARatio() {
        PruningPlan plan = plan(plan(List.of(HALF)).get(0));

        double loss = 0;
        long parameters = 0;
        for (JsonNode unit : TinyScores.units()) {
            if (plan.removedUnits().contains(unit.get("unit").textValue())) {
                loss += unit.get("output_mse").doubleValue();
                parameters += unit.get("parameters").longValue();
            }
        }
        assertThat(plan.requestedRatio()).isEqualTo(0.5);
        assertThat(plan.achievedRatio()).isBetween(0.5, 0.51);
        assertThat(plan.teacherParameters()).isEqualTo(TinyScores.TEACHER);
        assertThat(plan.removedParameters()).isEqualTo(parameters);
        assertThat(plan.predictedLoss()).isCloseTo(loss, within(1e-12));
    }

    @Test
    void shouldPlanAHandcraftedUNetOfTheRightSize() {
        PruningPlan plan = plan(plan(List.of(HAND)).get(0));

        assertThat(plan.handcrafted()).isEqualTo("bk-small");
        assertThat(plan.studentParameters()).isEqualTo(TinyScores.BK_SMALL);
        assertThat(plan.removedUnits()).isEmpty();
        assertThat(plan.predictedLoss()).isNull();
    }

    @Test
    void shouldWriteScoresAndPlans() throws IOException {
        plan(List.of(HALF, HAND));

        JsonNode scores = JSON.readTree(store.run("r").scores().toFile());
        assertThat(scores.get("samples").longValue()).isEqualTo(2 * SLICES);
        assertThat(scores.get("calibration").get("slices").intValue()).isEqualTo(SLICES);
        assertThat(scores.get("units")).hasSize(38);
        JsonNode first = scores.get("units").get(0);
        double expected = TinyScores.units().get(0).get("output_mse").doubleValue();
        assertThat(first.get("unit").textValue()).isEqualTo("down_blocks.0.resnets.0");
        assertThat(first.get("score").get("mean").doubleValue()).isCloseTo(expected, within(1e-12));
        assertThat(first.get("quartiles")).hasSize(4);
        JsonNode plan = JSON.readTree(store.run("r").variant("half").plan().toFile());
        assertThat(plan.get("plan").get("requestedRatio").doubleValue()).isEqualTo(0.5);
        assertThat(store.run("r").variant("bk-small").plan()).exists();
    }

    @Test
    void shouldPlanTheSameAgain() throws IOException {
        List<Message> first = plan(List.of(HALF));
        byte[] written = Files.readAllBytes(store.run("r").variant("half").plan());
        List<UnitsScored> backwards = new ArrayList<>(slices());
        java.util.Collections.reverse(backwards);

        List<Message> second = advance(tiny.spec(List.of(HALF)), backwards);

        assertThat(plan(second.get(0))).isEqualTo(plan(first.get(0)));
        assertThat(store.run("r").variant("half").plan()).hasBinaryContent(written);
    }

    @Test
    void shouldFailOnlyTheVariantThatCannotBe() {
        List<Message> events =
                plan(
                        List.of(
                                Map.of("name", "all", "ratio", 0.99),
                                Map.of("handcrafted", "vega"),
                                HALF));

        assertThat(events).hasSize(3);
        StageFailed ratio = (StageFailed) events.get(0);
        assertThat(ratio.stage()).isEqualTo(Stage.PLANNING);
        assertThat(ratio.variant()).isEqualTo("all");
        assertThat(ratio.where()).isEqualTo("ratio");
        // 567008 of 624100 parameters are units'.
        assertThat(ratio.howToFix()).isEqualTo("Ask for at most 0.9085.");
        StageFailed vega = (StageFailed) events.get(1);
        assertThat(vega.variant()).isEqualTo("vega");
        assertThat(vega.howToFix()).contains("SDXL");
        assertThat(plan(events.get(2)).requestedRatio()).isEqualTo(0.5);
    }

    @Test
    void shouldFailTheRunWhoseTeacherIsGone() {
        String gone = home.resolve("gone").toString();
        List<Message> events = advance(tiny.spec(gone, List.of(HALF)), slices());

        assertThat(events).hasSize(1);
        StageFailed failure = (StageFailed) events.get(0);
        assertThat(failure.variant()).isNull();
        assertThat(failure.where()).isEqualTo(gone);
        assertThat(store.run("r").directory()).doesNotExist();
    }

    @Test
    void shouldFailTheRunWhoseTeacherHasChanged() throws IOException {
        Path config = home.resolve("teacher/unet/config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("\"layers_per_block\": 2", "\"layers_per_block\": 1"));
        StageFailed failure = (StageFailed) plan(List.of(HALF)).get(0);
        assertThat(failure.what()).contains("of another U-Net");
    }

    @Test
    void shouldWaitForEverySlice() {
        assertThat(advance(tiny.spec(List.of(HALF)), slices().subList(0, 2)))
                .singleElement()
                .isInstanceOfSatisfying(
                        ScoreUnits.class, task -> assertThat(task.slice()).isEqualTo(2));
    }

    /** A worker skips what was asked for together with a task that failed, and reports it once. */
    @Test
    void shouldAskForAllSlicesAtOneInstant() {
        RunPlanner ticking = new RunPlanner(Artifacts.ofFiles(), store, new TickingClock());
        RunFacts facts = new RunFacts(started("r", tiny.spec(List.of(HALF))), List.of(), List.of());

        assertThat(ticking.advance(facts, RunProgress.NEW).messages())
                .hasSize(SLICES)
                .extracting(Message::occurredAt)
                .containsOnly(Instant.ofEpochSecond(1));
    }

    private static final class TickingClock extends Clock {
        private long seconds;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(++seconds);
        }
    }
}
