package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.PATIENCE;
import static io.laptopdiff.gateway.Requests.RUNS;
import static io.laptopdiff.gateway.Requests.awaitState;
import static io.laptopdiff.gateway.Requests.awaitWholeLife;
import static io.laptopdiff.gateway.Requests.dryRun;
import static io.laptopdiff.gateway.Requests.post;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be read of runs, and done to them, besides asking for one. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunReadsTest {

    private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir static Path models;

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;

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

    @Test
    void shouldSayWhatWouldBecomeOfARequest() throws IOException {
        Path teacher = Files.createDirectory(models.resolve("asked-for-once"));
        String order = ofTeacher(teacher, "{\"ratio\": 0.5}");
        dryRun(order)
                .then()
                .statusCode(200)
                .body("valid", equalTo(true))
                .body("problems", equalTo(List.of()))
                .body("preview.teacher.units", equalTo(38))
                .body("preview.scoringSlices", notNullValue())
                .body("estimate.memoryBytes", equalTo(5))
                .body("estimate.seconds", nullValue());
        dryRun(ofTeacher(teacher, "{\"ratio\": 0.5, \"name\": \"" + SmallMachine.TOO_LARGE + "\"}"))
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("problems.pointer", contains("#"))
                .body("problems[0].detail", containsString("40.0 GB"));
        // the one that is asked for is listed at once; so would the others be that were tried out
        String runId = post(order).path("runId");
        ofTeacher(teacher.toString()).get(RUNS).then().body("runs.runId", contains(runId));
    }

    @Test
    void shouldSayEverythingThatIsWrongAtOnce() {
        String order =
                order("{\"ratio\": 1.5}")
                        .replaceFirst("\"teacher\": \"[^\"]*\"", "\"teacher\": \"/no/teacher\"")
                        .replace(
                                "\"distillation\": {",
                                "\"distillation\": {\"steps\": -1, \"x\": 2, ");
        List<String> all =
                List.of(
                        "#/teacher",
                        "#/variants/0/ratio",
                        "#/distillation/steps",
                        "#/distillation/x");
        assertThat(dryRun(order).<List<String>>path("problems.pointer"))
                .containsExactlyInAnyOrderElementsOf(all);
        given().contentType(ContentType.JSON)
                .body(order)
                .post(RUNS)
                .then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        hasItems("#/variants/0/ratio", "#/distillation/steps", "#/distillation/x"));
        given().contentType(ContentType.JSON)
                .body("[]")
                .post(RUNS + "?dryRun=true")
                .then()
                .statusCode(400);
        given().contentType(ContentType.JSON)
                .body("{}")
                .post(RUNS + "?dryRun=maybe")
                .then()
                .statusCode(400);
    }

    @Test
    void shouldBeginOneRunPerIdempotencyKey() {
        String first = keyed("a key/1".replace(" ", "_"), order("{\"ratio\": 0.5}")).path("runId");
        assertThat(first).startsWith("key-");
        assertThat(keyed("a_key/1", order("{\"ratio\": 0.5}")).<String>path("runId"))
                .isEqualTo(first);
        keyed("a_key/1", order("{\"ratio\": 0.4}")).then().statusCode(409);
        assertThat(keyed("another", order("{\"ratio\": 0.5}")).<String>path("runId"))
                .isNotEqualTo(first);
        keyed("no good", order("{\"ratio\": 0.5}"))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("#/Idempotency-Key"));
    }

    @Test
    void shouldDeleteAnEndedRunWithItsArtifacts() throws IOException {
        publisher.publish(new Events("doomed").requested());
        awaitState("doomed", "REQUESTED");
        given().delete(RUNS + "/doomed")
                .then()
                .statusCode(409)
                .body("detail", containsString("cancel it first"));
        given().post(RUNS + "/doomed/cancel").then().statusCode(202);
        awaitState("doomed", "CANCELLED");
        Path file = write("doomed", "half/student/a.bin", "x");
        given().delete(RUNS + "/doomed").then().statusCode(204);
        assertThat(file).doesNotExist();
        await().atMost(PATIENCE).until(() -> get(RUNS + "/doomed").statusCode() == 410);
        get(RUNS + "?limit=1000").then().body("runs.runId", not(hasItem("doomed")));
        given().delete(RUNS + "/doomed").then().statusCode(410);
        given().contentType(ContentType.JSON)
                .body(order("{\"ratio\": 0.5}").replaceFirst("\\{", "{\"runId\": \"doomed\", "))
                .post(RUNS)
                .then()
                .statusCode(410)
                .body("detail", containsString("its id stays taken"));
        given().delete(RUNS + "/nonesuch").then().statusCode(404);
    }

    @Test
    void shouldCompareVariants() {
        new Events("left").wholeLife().forEach(publisher::publish);
        publisher.publish(new Events("right").requested());
        awaitWholeLife("left");
        awaitState("right", "REQUESTED");
        get("/api/v1/compare?variant=left/half&variant=right/hand")
                .then()
                .statusCode(200)
                .body("variants.name", contains("half", "hand"))
                .body("variants[0].ratio", equalTo(0.55f))
                .body("variants[0].metrics.macs", equalTo(2500))
                .body("variants[1].metrics", nullValue());
        get("/api/v1/compare?variant=left/half")
                .then()
                .statusCode(400)
                .body("field", equalTo("variant"));
        get("/api/v1/compare?variant=left/half&variant=left").then().statusCode(400);
        get("/api/v1/compare?variant=left/half&variant=left/nobody").then().statusCode(404);
        get("/api/v1/compare?variant=left/half&variant=nobody/half").then().statusCode(404);
    }

    @Test
    void shouldOfferModelsAndPresets() {
        get("/api/v1/models").then().statusCode(200).body("models", notNullValue());
        List<String> names =
                get("/api/v1/presets").then().statusCode(200).extract().path("presets.name");
        assertThat(names).contains("plans", "half");
    }

    private Path write(String runId, String path, String content) throws IOException {
        Path file = store.run(runId).directory().resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Response keyed(String key, String order) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(order)
                .post(RUNS);
    }

    private static String order(String variants) {
        return Requests.order(models, variants);
    }

    private static String ofTeacher(Path teacher, String variants) {
        return order(variants).replace("\"teacher\": \"" + models, "\"teacher\": \"" + teacher);
    }
}
