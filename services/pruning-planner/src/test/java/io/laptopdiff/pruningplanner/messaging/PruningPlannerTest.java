package io.laptopdiff.pruningplanner.messaging;

import static io.laptopdiff.pruningplanner.TinyScores.SLICES;
import static io.laptopdiff.pruningplanner.TinyScores.slice;
import static io.laptopdiff.pruningplanner.TinyScores.started;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.testing.TopicLog;
import io.laptopdiff.pruningplanner.TinyScores;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class PruningPlannerTest {
    @TempDir private static Path home;
    private static TinyScores tiny;

    @Inject ArtifactStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    private TopicLog log;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyScores.in(home);
    }

    @BeforeEach
    void openTheLog() {
        log = new TopicLog(servers);
    }

    private static RunSpec spec() {
        return tiny.spec(List.of(Map.of("ratio", 0.5), Map.of("handcrafted", "bk-base")));
    }

    private void start(String runId, RunSpec spec) {
        log.write(runId, started(runId, spec));
    }

    private void score(String runId, int slice) {
        log.write(runId, slice(runId, slice));
    }

    private void scoreAll(String runId) {
        for (int slice = 0; slice < SLICES; slice++) {
            score(runId, slice);
        }
    }

    private List<PlanCreated> plans(String runId, int count) {
        return log.messages(Topics.PLANS, runId, PlanCreated.class, count);
    }

    @Test
    void shouldPlanEveryVariantOnceTheLastSliceIsThere() {
        start("whole", spec());
        scoreAll("whole");

        List<PlanCreated> plans = plans("whole", 2);
        assertThat(plans)
                .extracting(PlanCreated::variant)
                .containsExactlyInAnyOrder("ratio-0.5", "bk-base");
        assertThat(plans).allSatisfy(plan -> assertThat(plan.spec()).isEqualTo(spec()));
        assertThat(log.records(Topics.PLANS, r -> r.value().contains("\"whole\""), 2))
                .extracting(ConsumerRecord::key)
                .containsExactlyInAnyOrder("whole/ratio-0.5", "whole/bk-base");
        assertThat(store.run("whole").scores()).exists();
        assertThat(store.run("whole").variant("bk-base").plan()).exists();
    }

    @Test
    void shouldCountEachSliceOnceAndPlanOnce() {
        score("repeated", 1);
        score("repeated", 1);
        score("repeated", 1);
        start("repeated", spec());
        afterIt("repeated", "sentinel-1");
        assertThat(plans("repeated", 0)).isEmpty();

        score("repeated", 0);
        score("repeated", 2);
        plans("repeated", 2);
        start("repeated", spec());
        scoreAll("repeated");
        afterIt("repeated", "sentinel-2");
        assertThat(plans("repeated", 2)).hasSize(2);
    }

    /** Waits until a run of the same partition is planned, and so everything before it is read. */
    private void afterIt(String key, String sentinel) {
        log.write(key, started(sentinel, spec()));
        for (int slice = 0; slice < SLICES; slice++) {
            log.write(key, slice(sentinel, slice));
        }
        plans(sentinel, 2);
    }

    @Test
    void shouldAskForJointLossesOnceAndTakeTheBestWhateverTheirOrder() {
        start("joint", tiny.spec(List.of(Map.of("name", "v", "ratio", 0.5, "candidates", 2))));
        scoreAll("joint");
        List<MeasureRemovals> tasks =
                log.messages(Topics.SCORING_TASKS, "joint", MeasureRemovals.class, SLICES);

        for (int slice = SLICES - 1; slice >= 0; slice--) {
            for (int repeat = 0; repeat < 2; repeat++) {
                log.write("joint", measured("joint", tasks.get(0), slice));
            }
        }

        PlanCreated plan = plans("joint", 1).get(0);
        assertThat(plan.plan().search()).isEqualTo("verified");
        assertThat(plan.plan().removedUnits()).isEqualTo(tasks.get(0).sets().get(1));
        afterIt("joint", "after-joint");
        assertThat(plans("joint", 1)).hasSize(1);
        assertThat(log.messages(Topics.SCORING_TASKS, "joint", MeasureRemovals.class, SLICES))
                .extracting(MeasureRemovals::slice)
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    /** The second set is the better one. */
    private static RemovalsMeasured measured(String runId, MeasureRemovals task, int slice) {
        return new RemovalsMeasured(
                runId,
                Instant.now(),
                task.purpose(),
                slice,
                SLICES,
                task.sets(),
                List.of(Moments.NONE.plus(2.0), Moments.NONE.plus(1.0)),
                0.1);
    }

    @Test
    void shouldReportARunThatCannotBePlannedAndGoOn() {
        String gone = home.resolve("gone").toString();
        start("bad", tiny.spec(gone, List.of(Map.of("ratio", 0.5))));
        scoreAll("bad");

        List<StageFailed> failures = log.messages(Topics.FAILURES, "bad", StageFailed.class, 1);
        assertThat(failures).extracting(StageFailed::where).containsExactly(gone);
        afterIt("bad", "after-bad");
        assertThat(plans("bad", 0)).isEmpty();
    }

    @Test
    void shouldReportOneVariantAndPlanTheOthers() {
        // The minimum asks the solver, whose library must load from here, too.
        Map<String, Object> minimum = Map.of("ratio", 0.3, "minimumUnits", Map.of("mid_block", 1));
        start("partly", tiny.spec(List.of(Map.of("ratio", 0.95), minimum)));
        scoreAll("partly");

        assertThat(plans("partly", 1))
                .extracting(PlanCreated::variant)
                .containsExactly("ratio-0.3");
        assertThat(log.messages(Topics.FAILURES, "partly", StageFailed.class, 1))
                .extracting(StageFailed::variant)
                .containsExactly("ratio-0.95");
    }

    @Test
    void shouldKeepUnreadableRecordsAsideAndGoOn() {
        log.write(Topics.SCORES, "garbage", "{\"type\": \"UnitsScored\", oops");
        log.write(Topics.SCORES, "garbage", "{\"type\": \"UnitsScored\", \"schemaVersion\": 1}");

        assertThat(log.records(Topics.DEAD_LETTERS, r -> "garbage".equals(r.key()), 2)).hasSize(2);
        afterIt("garbage", "after-garbage");
    }

    @Test
    void shouldTellItsHealthAndWhatItDid() {
        start("measured", spec());
        scoreAll("measured");
        plans("measured", 2);

        given().get("/q/health")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("pruning-planner fold"));
        given().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("laptopdiff_planning_runs_seconds_count"))
                .body(containsString("laptopdiff_planning_plans_total"));
    }
}
