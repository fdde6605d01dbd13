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
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.laptopdiff.artifacts.ArtifactStore;
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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be read of runs, and done to them, besides asking for one and listing them. */
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
        given().queryParam("teacher", teacher.toString())
                .get(RUNS)
                .then()
                .body("runs.runId", contains(runId));
    }

    /** The run's own check reads what the files hold, for a dry run and for a run. */
    @Test
    void shouldSayWhatTheFilesHoldThatWouldMakeTheRunFail() throws IOException {
        Path held = Files.createDirectory(models.resolve("held-out"));
        Files.write(held.resolve("a.png"), new byte[9]);
        Files.write(held.resolve("b.png"), new byte[9]);
        Files.writeString(held.resolve("a.txt"), "a circle");
        Files.writeString(held.resolve("b.txt"), "a square");
        String known = order("{\"ratio\": 0.5, \"name\": \"" + SmallMachine.CHECKED + "\"}");
        String order =
                known.replaceFirst(
                        "(\"evaluation\": .*?\"dataset\": \")[^\"]*\"", "$1" + held + "\"");
        assertThat(order).isNotEqualTo(known);
        dryRun(order)
                .then()
                .statusCode(200)
                .body("valid", equalTo(false))
                .body("problems.pointer", hasItem("#/evaluation/dataset"))
                .body(
                        "problems.find { it.pointer == '#/evaluation/dataset' }.detail",
                        containsString("2 of 2 images cannot be used"));
        post(order).then().statusCode(400).body("errors.pointer", hasItem("#/evaluation/dataset"));
    }

    /** Reading comes after that, and may take its time. */
    @Test
    void shouldSayThatTheIdIsTakenBeforeAnyFileIsRead() {
        String order = order("{\"ratio\": 0.5}").replaceFirst("\\{", "{\"runId\": \"taken-id\", ");
        post(order).then().statusCode(202);
        String other = order.replace("\"ratio\": 0.5", "\"ratio\": 0.5, \"name\": \"checked\"");
        dryRun(other).then().statusCode(409);
        post(other).then().statusCode(409);
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
