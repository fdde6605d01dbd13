package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.PATIENCE;
import static io.laptopdiff.gateway.Requests.RUNS;
import static io.laptopdiff.gateway.Requests.awaitState;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @TempDir static Path models;

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldPageThroughTheRunsOfATeacherOnce() {
        Events events = new Events("page-0");
        publisher.publish(events.requested());
        for (int i = 1; i < 7; i++) {
            publisher.publish(new Events("page-" + i).requested());
        }
        publisher.publish(events.failed(null, Stage.SCORING));
        awaitState("page-0", "FAILED");
        awaitState("page-6", "REQUESTED");
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            Response page =
                    given().queryParam("limit", 3)
                            .queryParam("teacher", "/M")
                            .queryParams(
                                    cursor == null
                                            ? java.util.Map.of()
                                            : java.util.Map.of("cursor", cursor))
                            .get(RUNS);
            ids.addAll(page.path("runs.runId"));
            cursor = page.path("next");
        } while (cursor != null);
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids)
                .contains("page-0", "page-1", "page-2", "page-3", "page-4", "page-5", "page-6");
        get(RUNS + "?state=failed&limit=1000")
                .then()
                .body("runs.runId", hasItem("page-0"))
                .body("runs.runId", not(hasItem("page-1")));
        get(RUNS + "?state=failed&state=requested&limit=1000")
                .then()
                .body("runs.runId", hasItems("page-0", "page-1"));
        get(RUNS + "?teacher=nobody").then().statusCode(200).body("runs", equalTo(List.of()));
        get(RUNS + "?since=2999-01-01T00:00:00Z").then().body("runs", equalTo(List.of()));
    }

    @Test
    void shouldTellOfARunAtAGlance() {
        new Events("glance").wholeLife().forEach(publisher::publish);
        awaitState("glance", "FINISHED");
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
    void shouldSayWhatWouldBecomeOfARequest() {
        int before = get(RUNS + "?limit=1000").path("runs.size()");
        dryRun(order("{\"ratio\": 0.5}"))
                .then()
                .statusCode(200)
                .body("valid", equalTo(true))
                .body("problems", equalTo(List.of()))
                .body("preview.teacher.units", equalTo(38))
                .body("preview.scoringSlices", notNullValue())
                .body("estimate.memoryBytes", equalTo(5))
                .body("estimate.seconds", nullValue());
        dryRun(order("{\"ratio\": 0.5, \"name\": \"" + SmallMachine.TOO_LARGE + "\"}"))
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("problems.pointer", contains("#"))
                .body("problems[0].detail", containsString("40.0 GB"));
        assertThat((int) get(RUNS + "?limit=1000").path("runs.size()")).isEqualTo(before);
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
        awaitState("left", "FINISHED");
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

    private static Response dryRun(String order) {
        return given().contentType(ContentType.JSON).body(order).post(RUNS + "?dryRun=true");
    }

    private static Response keyed(String key, String order) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body(order)
                .post(RUNS);
    }

    private static String order(String variants) {
        return """
               {"teacher": "DIR", "calibration": {"dataset": "DIR"}, "variants": [VARIANTS],
                "distillation": {"dataset": "DIR"},
                "evaluation": {"scorer": "DIR", "dataset": "DIR"}}
               """
                .replace("DIR", models.toString())
                .replace("VARIANTS", variants);
    }
}
