package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.PATIENCE;
import static io.laptopdiff.gateway.Requests.RUNS;
import static io.laptopdiff.gateway.Requests.awaitState;
import static io.laptopdiff.gateway.Requests.awaitWholeLife;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of runs, which other tests add to; each here looks at runs of its own. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunListTest {

    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

    @Inject EventPublisher publisher;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldPageThroughTheRunsOfATeacherOnce() {
        List<String> newestFirst = publishRunsOf("/Paged", 7);
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            RequestSpecification page = ofTeacher("/pAGED").queryParam("limit", 3);
            Response answer = (cursor == null ? page : page.queryParam("cursor", cursor)).get(RUNS);
            ids.addAll(answer.path("runs.runId"));
            cursor = answer.path("next");
        } while (cursor != null);
        assertThat(ids).isEqualTo(newestFirst);
        ofTeacher("nobody").get(RUNS).then().statusCode(200).body("runs", empty());
    }

    @Test
    void shouldFindRunsByStateAndTime() {
        List<String> runs = publishRunsOf("/sought", 3);
        String oldest = runs.get(2);
        publisher.publish(new Events(oldest).failed(null, Stage.SCORING));
        awaitState(oldest, "FAILED");
        ofTeacher("/sought")
                .get(RUNS + "?state=failed")
                .then()
                .body("runs.runId", contains(oldest));
        ofTeacher("/sought")
                .get(RUNS + "?state=failed&state=requested")
                .then()
                .body("runs.runId", equalTo(runs));
        ofTeacher("/sought")
                .get(RUNS + "?since=" + BEGIN.plusSeconds(1))
                .then()
                .body("runs.runId", equalTo(runs.subList(0, 2)));
        ofTeacher("/sought")
                .get(RUNS + "?failures=true")
                .then()
                .body("runs.runId", contains(oldest));
        ofTeacher("/sought").get(RUNS + "?since=2999-01-01T00:00:00Z").then().body("runs", empty());
    }

    /** Each a second after the one before; gives their ids, the newest first. */
    private List<String> publishRunsOf(String teacher, int count) {
        RunSpec any = Events.SPEC;
        RunSpec spec =
                new RunSpec(
                        teacher,
                        any.calibration(),
                        any.variants(),
                        any.distillation(),
                        any.evaluation(),
                        any.scoring(),
                        any.planOnly());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String runId = teacher.substring(1) + "-" + i;
            publisher.publish(new RunRequested(runId, BEGIN.plusSeconds(i), spec));
            ids.add(0, runId);
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> ofTeacher(teacher).get(RUNS).then().body("runs.runId", equalTo(ids)));
        return ids;
    }

    private static RequestSpecification ofTeacher(String teacher) {
        return given().queryParam("teacher", teacher);
    }

    @Test
    void shouldTellOfARunAtAGlance() {
        new Events("glance").wholeLife().forEach(publisher::publish);
        awaitWholeLife("glance");
        get(RUNS + "?limit=1000")
                .then()
                .body("runs.find { it.runId == 'glance' }.progress", equalTo(1.0f))
                .body("runs.find { it.runId == 'glance' }.ratios.half", equalTo(0.55f))
                .body("runs.find { it.runId == 'glance' }.failures", equalTo(0));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, many",
        "limit, 00",
        "limit, 0",
        "limit, 1001",
        "cursor, nonsense",
        "state, LOST",
        "failures, some",
        "since, yesterday"
    })
    void shouldRefuseABadParameter(String name, String value) {
        given().queryParam(name, value)
                .get(RUNS)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("field", equalTo(name))
                .body("errors.pointer", contains("#/" + name));
    }
}
