package io.laptopdiff.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.notNullValue;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tests ask of the gateway again and again. */
public final class Requests {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String RUNS = "/api/v1/runs";
    private static final Pattern OPEN_STREAMS =
            Pattern.compile("^laptopdiff_event_streams (\\d+)\\.0$", Pattern.MULTILINE);

    private Requests() {}

    static void awaitReadiness() {
        await().atMost(PATIENCE).until(() -> get("/q/health/ready").statusCode() == 200);
    }

    public static void awaitState(String runId, String state) {
        await().atMost(PATIENCE).until(() -> state.equals(get(RUNS + "/" + runId).path("state")));
    }

    /**
     * What is told of a run whose events are {@link Events#wholeLife}. It has finished as soon as
     * its evaluations and its variants are known; the other topics may be read later.
     */
    static void awaitWholeLife(String runId) {
        awaitState(runId, "FINISHED");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                get(RUNS + "/" + runId)
                                        .then()
                                        .body("requestedAt", notNullValue())
                                        .body("scoring.done", equalTo(2))
                                        .body("variants.plan", everyItem(notNullValue()))
                                        .body("variants.student", everyItem(notNullValue())));
    }

    /**
     * For those who opened streams and went away: the gateway sees it a little later, and until
     * then there is less room for the streams of other tests.
     */
    public static void awaitNoStreams() {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> openStreams() == 0);
    }

    /** As the gateway counts them; it begins to with the first one. */
    public static int openStreams() {
        Matcher gauge = OPEN_STREAMS.matcher(get("/q/metrics").asString());
        return gauge.find() ? Integer.parseInt(gauge.group(1)) : 0;
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
