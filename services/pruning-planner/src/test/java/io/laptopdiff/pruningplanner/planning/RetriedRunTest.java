package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.TinyScores.started;
import static io.laptopdiff.pruningplanner.planning.ScriptedScoring.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.run.RunSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that tries another one again, which had its plans already. */
class RetriedRunTest {
    private static final String VERIFIED = "verified";

    @TempDir private Path home;

    private ScriptedScoring scoring;
    private RunSpec origin;
    private List<PlanCreated> before;

    @BeforeEach
    void planTheOrigin() throws IOException {
        scoring = new ScriptedScoring(home);
        origin =
                scoring.tiny.spec(
                        List.of(
                                Map.of("name", "plain", "ratio", 0.3),
                                Map.of(
                                        "name",
                                        VERIFIED,
                                        "ratio",
                                        0.5,
                                        "candidates",
                                        3,
                                        "recoverySteps",
                                        2)));
        before = only(scoring.run(origin, 0.5, scoring::sum), PlanCreated.class);
        request("r", origin);
    }

    private void request(String runId, RunSpec spec) {
        scoring.store.write(
                scoring.store.run(runId).run(),
                MessageJson.tree(new RunRequested(runId, Instant.now(), spec))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }

    private Advance begin(RunSpec spec) {
        RunFacts facts = new RunFacts(started("again", spec), List.of(), List.of());
        return scoring.planner.advance(facts, RunProgress.NEW);
    }

    @Test
    void shouldTakeThePlanWithItsCandidatesAndScoreNothing() throws IOException {
        Advance advance = begin(origin.retry("r", VERIFIED));

        assertThat(advance.progress().done()).isTrue();
        PlanCreated plan = (PlanCreated) advance.messages().get(0);
        assertThat(advance.messages()).hasSize(1);
        PlanCreated old =
                before.stream().filter(p -> p.variant().equals(VERIFIED)).findFirst().orElseThrow();
        assertThat(plan.runId()).isEqualTo("again");
        assertThat(plan.plan()).isEqualTo(old.plan());
        assertThat(plan.candidates()).isEqualTo(old.candidates()).hasSize(3);
        assertThat(Files.readString(scoring.store.run("again").scores()))
                .contains("\"again\"")
                .doesNotContain("\"r\"");
        assertThat(Files.readString(scoring.store.run("again").variant(VERIFIED).plan()))
                .contains("\"again\"");
    }

    /** The first retry failed its check, before it was planned. */
    @Test
    void shouldFindThePlanByWayOfARetryThatHasNone() {
        RunSpec first = origin.retry("r", "plain");
        request("first", first);

        List<Message> messages = begin(first.retry("first", "plain")).messages();

        assertThat(only(messages, PlanCreated.class)).hasSize(1);
        assertThat(only(messages, ScoreUnits.class)).isEmpty();
    }

    @Test
    void shouldPlanAnewWhereTheOriginsRequestIsOfAnotherVersion() {
        scoring.store.write(
                scoring.store.run("r").run(),
                "{\"type\": \"RunRequested\", \"runId\": \"r\"}".getBytes(StandardCharsets.UTF_8));

        assertScoresAnew(begin(origin.retry("r", "plain")));
    }

    @Test
    void shouldPlanAnewWhereTheOriginIsGoneOrWasAskedForOtherwise() {
        scoring.store.deleteRun("r");
        assertScoresAnew(begin(origin.retry("r", "plain")));

        request("other", scoring.tiny.spec(List.of(Map.of("name", "plain", "ratio", 0.4))));
        assertScoresAnew(begin(origin.retry("other", "plain")));
        assertScoresAnew(begin(origin.retry("nonesuch", "plain")));
    }

    private static void assertScoresAnew(Advance advance) {
        List<Message> messages = advance.messages();
        assertThat(only(messages, PlanCreated.class)).isEmpty();
        assertThat(only(messages, ScoreUnits.class)).hasSize(3);
    }
}
