package io.laptopdiff.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.time.Duration;

/** What tests ask of the gateway again and again. */
final class Requests {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String RUNS = "/api/v1/runs";

    private Requests() {}

    static void awaitReadiness() {
        await().atMost(PATIENCE).until(() -> get("/q/health/ready").statusCode() == 200);
    }

    static void awaitState(String runId, String state) {
        await().atMost(PATIENCE).until(() -> state.equals(get(RUNS + "/" + runId).path("state")));
    }

    static Response post(String order) {
        return given().contentType(ContentType.JSON).body(order).post(RUNS);
    }

    static Response dryRun(String order) {
        return given().contentType(ContentType.JSON).body(order).post(RUNS + "?dryRun=true");
    }

    /**
     * A request for a run.
     *
     * @param material a directory that is there, to stand for teacher and data
     * @param variants JSON objects with commas between them
     */
    static String order(Path material, String variants) {
        return """
               {"teacher": "DIR", "calibration": {"dataset": "DIR"}, "variants": [VARIANTS],
                "distillation": {"dataset": "DIR"},
                "evaluation": {"scorer": "DIR", "dataset": "DIR"}}
               """
                .replace("DIR", material.toString())
                .replace("VARIANTS", variants);
    }

    static String named(String runId, String order) {
        return order.replaceFirst("\\{", "{\"runId\": \"" + runId + "\", ");
    }
}
