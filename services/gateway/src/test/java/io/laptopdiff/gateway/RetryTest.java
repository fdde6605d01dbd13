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
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A variant that failed: what is told of it, and trying it again. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RetryTest {
    @TempDir static Path models;

    @Inject EventPublisher publisher;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldTryAFailedVariantAgainAsARunOfItsOwn() {
        publisher.publish(new RunRequested("to-retry", Instant.now(), spec()));
        publisher.publish(new Events("to-retry").failed("hand", Stage.DISTILLATION));
        awaitVariant("to-retry", "hand", "FAILED");
        awaitRequest("to-retry");
        String retried =
                given().post(RUNS + "/to-retry/variants/hand/retry")
                        .then()
                        .statusCode(202)
                        .header("Location", startsWith("http"))
                        .body("variants.name", contains("hand"))
                        .body("spec.retryOf", equalTo("to-retry"))
                        .extract()
                        .path("runId");
        assertThat(retried).isNotEqualTo("to-retry");
        String once = retriedUnder("a-click");
        assertThat(once).isNotEqualTo(retried);
        assertThat(retriedUnder("a-click")).as("a second click").isEqualTo(once);
        given().header("Idempotency-Key", "with a space")
                .post(RUNS + "/to-retry/variants/hand/retry")
                .then()
                .statusCode(400)
                .body("field", equalTo("Idempotency-Key"));
        given().post(RUNS + "/to-retry/variants/half/retry")
                .then()
                .statusCode(409)
                .body("detail", containsString("REQUESTED"));
        given().post(RUNS + "/to-retry/variants/nobody/retry").then().statusCode(404);
    }

    private static String retriedUnder(String key) {
        return given().header("Idempotency-Key", key)
                .post(RUNS + "/to-retry/variants/hand/retry")
                .then()
                .statusCode(202)
                .extract()
                .path("runId");
    }

    @Test
    void shouldNotTryAgainWhatWasCancelled() {
        publisher.publish(new RunRequested("given-up", Instant.now(), spec()));
        publisher.publish(new RunCancelRequested("given-up", Instant.now()));
        awaitState("given-up", "CANCELLED");
        awaitRequest("given-up");
        given().post(RUNS + "/given-up/variants/half/retry")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:laptopdiff:problem:conflict"))
                .body("detail", containsString("variant 'half' of run 'given-up' is CANCELLED"))
                .body("detail", containsString("POST /api/v1/runs"));
    }

    /** Whoever tries it again as it is will see the same gate shut; so the gate goes along. */
    @Test
    void shouldTellWhichGateAVariantFailedAndByHowMuch() {
        publisher.publish(new RunRequested("gated", Instant.now(), spec()));
        publisher.publish(
                new EvaluationFinished(
                        "gated",
                        Instant.now(),
                        "half",
                        Events.TEACHER,
                        Events.STUDENT,
                        Map.of("report", "file:/a/report.html"),
                        Map.of("clip-score", new Decline(12.5, 10, 15)),
                        List.of("clip-score")));
        publisher.publish(
                new StageFailed(
                        "gated",
                        Instant.now(),
                        "half",
                        Stage.EVALUATION,
                        "clip-score declined by 12.50 % (95 % interval 10.00 to 15.00); at most"
                                + " 5.00 % is allowed",
                        "evaluation.gates; the report lies at file:/a/report.html",
                        "Distil for more steps."));
        awaitVariant("gated", "half", "FAILED"); // by its gates or by its failure
        awaitRequest("gated");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                get(RUNS + "/gated")
                                        .then()
                                        .body("failures", hasSize(1))
                                        .body("variants[0].gatesFailed", hasSize(1)));
        get(RUNS + "/gated")
                .then()
                .body("variants[0].gatesFailed", contains("clip-score"))
                .body("variants[0].declines.'clip-score'.percent", equalTo(12.5f))
                .body("spec.evaluation.gates[0].maximumDeclinePercent", equalTo(5.0f))
                .body("failures[0].variant", equalTo("half"))
                .body("failures[0].what", containsString("at most 5.00 % is allowed"))
                .body("failures[0].where", startsWith("evaluation.gates"))
                .body("failures[0].howToFix", containsString("more steps"));
        given().post(RUNS + "/gated/variants/half/retry")
                .then()
                .statusCode(202)
                .body("variants.name", contains("half"))
                .body("spec.evaluation.gates", hasSize(1))
                .body("spec.evaluation.gates[0].score", equalTo("clip-score"));
    }

    private static void awaitVariant(String runId, String variant, String state) {
        String path = "variants.find { it.name == '" + variant + "' }?.state";
        await().atMost(PATIENCE).until(() -> state.equals(get(RUNS + "/" + runId).path(path)));
    }

    /** Topics are read in no common order, and whoever tries again needs the request. */
    private static void awaitRequest(String runId) {
        await().atMost(PATIENCE).until(() -> get(RUNS + "/" + runId).path("spec") != null);
    }

    private static RunSpec spec() {
        String variants =
                "{\"name\": \"half\", \"ratio\": 0.5}, {\"name\": \"hand\", \"handcrafted\": \"bk-base\"}";
        String gates =
                "\"evaluation\": {\"gates\": [{\"score\": \"clip-score\", \"maximumDeclinePercent\": 5}],";
        String order = Requests.order(models, variants).replace("\"evaluation\": {", gates);
        return Json.read(order, RunSpec.class);
    }
}
