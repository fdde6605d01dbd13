package io.laptopdiff.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.Event;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.ScoringSettled;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.gateway.Events;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunFoldTest {
    private final Events events = new Events("run-1");

    @Test
    void shouldFollowARunFromRequestToEnd() {
        RunFold fold = RunFold.empty("run-1").with(events.requested());
        assertThat(fold.status().state()).isEqualTo(new RunState.Requested());
        assertThat(fold.status().variants())
                .extracting(VariantStatus::name)
                .containsExactly("half", "hand");
        fold = fold.with(events.scoring().get(0));
        assertThat(fold.status().state()).isEqualTo(new RunState.Scoring());
        assertThat(fold.status().scoring()).isEqualTo(new StageProgress(0, 2, null));
        fold = fold.with(events.slice(1));
        assertThat(fold.status().scoring().done()).isEqualTo(1);
        assertThat(fold.status().scoring().secondsLeft()).isPositive();
        fold = fold.with(events.slice(1)).with(events.slice(0));
        assertThat(fold.status().scoring()).isEqualTo(new StageProgress(2, 2, 0.0));
        assertThat(fold.status().state()).isEqualTo(new RunState.Planning());
        fold = fold.with(events.plan("half"));
        assertThat(fold.status().state()).isEqualTo(new RunState.Distilling());
        fold = withAll(fold, events.distillation("half"));
        assertThat(variant(fold, "half").state()).isEqualTo(VariantState.DISTILLED);
        fold = fold.with(events.evaluation("half").get(0));
        assertThat(fold.status().state()).isEqualTo(new RunState.Evaluating());
        fold = withAll(fold, events.evaluation("half"));
        assertThat(variant(fold, "half").state()).isEqualTo(VariantState.FINISHED);
        assertThat(fold.status().state().ended()).isFalse();
        fold = fold.with(events.evaluation("hand").get(2));
        assertThat(fold.status().state()).isEqualTo(new RunState.Finished());
    }

    @Test
    void shouldEndWithItsPlansARunThatWantsNoMore() {
        RunFold fold =
                withAll(RunFold.empty("run-1"), events.scoring())
                        .with(planOnly(events.plan("half")));
        assertThat(variant(fold, "half").state()).isEqualTo(VariantState.FINISHED);
        assertThat(fold.status().state()).isEqualTo(new RunState.Planning());
        fold = fold.with(planOnly(events.plan("hand")));
        assertThat(fold.status().state()).isEqualTo(new RunState.Finished());
        assertThat(variant(fold, "hand").plan()).isNotNull();
    }

    /** Its plan is that of the run that it retries, and nothing is scored. */
    @Test
    void shouldShowScoringAsDoneWhereAPlanWasTakenOver() {
        PlanCreated half = events.plan("half");
        RunSpec retry = half.spec().retry("run-0", "half");
        ScoringStarted started = new ScoringStarted("run-1", half.occurredAt(), retry, 100, 10);
        PlanCreated taken = new PlanCreated("run-1", half.occurredAt(), "half", retry, half.plan());
        for (RunFold fold :
                List.of(
                        RunFold.empty("run-1").with(started).with(taken),
                        RunFold.empty("run-1").with(taken).with(started))) {
            assertThat(fold.status().scoring().complete()).isTrue();
            assertThat(variant(fold, "half").state()).isEqualTo(VariantState.PLANNED);
        }
        assertThat(RunFold.empty("run-1").with(started).status().scoring().done()).isZero();
    }

    private static PlanCreated planOnly(PlanCreated plan) {
        RunSpec spec = plan.spec();
        return new PlanCreated(
                plan.runId(),
                plan.occurredAt(),
                plan.variant(),
                new RunSpec(
                        spec.teacher(),
                        spec.calibration(),
                        spec.variants(),
                        spec.distillation(),
                        spec.evaluation(),
                        spec.scoring(),
                        true),
                plan.plan());
    }

    @Test
    void shouldComeToTheSameStatusInAnyOrderAndWithRepeats() {
        List<Event> inOrder = events.wholeLife();
        RunStatus expected = withAll(RunFold.empty("run-1"), inOrder).status();
        assertThat(expected.state()).isEqualTo(new RunState.Finished());
        assertThat(expected.variants())
                .allSatisfy(variant -> assertThat(variant.images()).isEqualTo(Events.IMAGES));
        Random random = new Random(3);
        for (int trial = 0; trial < 200; trial++) {
            List<Event> shuffled = new ArrayList<>(inOrder);
            shuffled.addAll(inOrder.subList(0, trial % inOrder.size()));
            Collections.shuffle(shuffled, random);
            assertThat(withAll(RunFold.empty("run-1"), shuffled).status()).isEqualTo(expected);
        }
    }

    @Test
    void shouldFailAVariantBehindAShutGateWhicheverEventComesFirst() {
        EvaluationFinished open = (EvaluationFinished) events.evaluation("half").get(2);
        EvaluationFinished shut =
                new EvaluationFinished(
                        open.runId(),
                        open.occurredAt(),
                        "half",
                        open.teacher(),
                        open.student(),
                        open.artifacts(),
                        Map.of("clip-score", new Decline(8, 6, 10)),
                        List.of("clip-score"));
        Event told = events.failed("half", Stage.EVALUATION);
        for (List<Event> order : List.of(List.<Event>of(shut, told), List.<Event>of(told, shut))) {
            RunFold fold = withAll(RunFold.empty("run-1").with(events.requested()), order);

            assertThat(variant(fold, "half").state()).isEqualTo(VariantState.FAILED);
            assertThat(variant(fold, "half").artifacts()).isEqualTo(open.artifacts());
            assertThat(variant(fold, "half").declines()).isEqualTo(shut.declines());
            assertThat(variant(fold, "half").gatesFailed()).containsExactly("clip-score");
        }
    }

    @Test
    void shouldTakeScoringForDoneWhenItIsSettled() {
        List<Event> inOrder =
                List.of(
                        events.requested(),
                        events.scoring().get(0),
                        events.slice(0),
                        new ScoringSettled("run-1", Instant.now(), 4, 1, true));
        RunStatus expected = withAll(RunFold.empty("run-1"), inOrder).status();
        assertThat(expected.scoring()).isEqualTo(new StageProgress(1, 1, 0.0));
        assertThat(expected.scoringStable()).isTrue();
        assertThat(expected.state()).isEqualTo(new RunState.Planning());
        List<Event> shuffled = new ArrayList<>(inOrder);
        for (int trial = 0; trial < 24; trial++) {
            Collections.shuffle(shuffled, new Random(trial));
            assertThat(withAll(RunFold.empty("run-1"), shuffled).status()).isEqualTo(expected);
        }
    }

    /** Whoever looks for its events begins there. */
    @Test
    void shouldNotTakeARunToBeRequestedAfterItsFirstEvent() {
        Instant began = Instant.parse("2026-03-01T12:00:00Z");
        Event first = new ScoringStarted("run-1", began, Events.SPEC, 100, 1);
        Event ahead = new RunRequested("run-1", began.plusSeconds(3600), Events.SPEC);
        for (List<Event> order : List.of(List.of(ahead, first), List.of(first, ahead))) {
            RunFold fold = withAll(RunFold.empty("run-1"), order);

            assertThat(fold.status().requestedAt()).isEqualTo(began);
        }
        assertThat(RunFold.empty("run-1").with(first).status().requestedAt()).isNull();
    }

    @Test
    void shouldKeepWhatWasSaidOfTheTeachersFiles() {
        List<String> notes = List.of("unet/config.json: ignored, as diffusers ignores them: decay");
        Event started = new ScoringStarted("run-1", Instant.EPOCH, Events.SPEC, 100, 1, notes);
        RunFold fold = RunFold.empty("run-1").with(started).with(events.progressed("half", 1, 18));
        assertThat(fold.status().notes()).isEqualTo(notes);
    }

    @Test
    void shouldBelieveOnlyTheNewestWorker() {
        RunFold fold = RunFold.empty("run-1").with(events.requested());
        fold = fold.with(events.progressed("half", 1, 18)).with(events.progressed("half", 2, 11));
        fold = fold.with(events.progressed("half", 1, 19));
        assertThat(variant(fold, "half").distillation().done()).isEqualTo(11);
        assertThat(variant(fold, "half").epoch()).isEqualTo(2);
    }

    @Test
    void shouldGoOnWithTheOthersWhenOneVariantFails() {
        RunFold fold = RunFold.empty("run-1").with(events.requested());
        fold = fold.with(events.failed("hand", Stage.PLANNING));
        fold = fold.with(events.failed("hand", Stage.PLANNING));
        assertThat(fold.status().failures()).hasSize(1);
        assertThat(variant(fold, "hand").state()).isEqualTo(VariantState.FAILED);
        assertThat(fold.status().state().ended()).isFalse();
        fold = withAll(fold, events.evaluation("half"));
        assertThat(fold.status().state()).isEqualTo(new RunState.Failed());
        assertThat(variant(fold, "half").state()).isEqualTo(VariantState.FINISHED);
    }

    @Test
    void shouldFailAsAWholeWhenTheTeacherCannotBeScored() {
        RunFold fold = RunFold.empty("run-1").with(events.requested());
        fold = fold.with(events.failed(null, Stage.SCORING));
        assertThat(fold.status().state()).isEqualTo(new RunState.Failed());
        assertThat(fold.status().variants())
                .extracting(VariantStatus::state)
                .containsOnly(VariantState.FAILED);
        assertThat(fold.status().failures().get(0).what()).isEqualTo("NaN weights");
    }

    @Test
    void shouldStayCancelled() {
        RunFold fold = RunFold.empty("run-1").with(events.requested());
        fold = fold.with(new RunCancelRequested("run-1", Instant.now()));
        fold = withAll(fold, events.evaluation("half"));
        assertThat(fold.status().state()).isEqualTo(new RunState.Cancelled());
        assertThat(fold.status().variants())
                .extracting(VariantStatus::state)
                .containsOnly(VariantState.CANCELLED);
    }

    @Test
    void shouldKeepNothingButTheIdOfADeletedRun() {
        RunFold fold = withAll(RunFold.empty("run-1"), events.wholeLife());
        fold = fold.with(new RunDeleted("run-1", Instant.now()));
        fold = withAll(fold, events.evaluation("half")).with(events.requested());
        assertThat(fold.status().state()).isEqualTo(new RunState.Deleted());
        assertThat(fold.status().spec()).isNull();
        assertThat(fold.status().variants()).isEmpty();
        assertThat(fold.status().state().ended()).isTrue();
    }

    @Test
    void shouldComeBackFromJson() {
        RunFold fold = withAll(RunFold.empty("run-1"), events.wholeLife());
        assertThat(Json.read(Json.write(fold), RunFold.class)).isEqualTo(fold);
    }

    private static RunFold withAll(RunFold fold, List<? extends Message> events) {
        for (Message event : events) {
            fold = fold.with(event);
        }
        return fold;
    }

    private static VariantStatus variant(RunFold fold, String name) {
        return fold.status().variants().stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
