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
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunsApiTest {

    @TempDir static Path models;

    @Inject EventPublisher publisher;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldRefuseWhatTheMachineCannotHold() {
        post(order("\"ratio\": 0.5, \"name\": \"" + SmallMachine.TOO_LARGE + "\""))
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:laptopdiff:problem:does-not-fit"))
                .body("detail", containsString("Set scoring.precision to bf16."));
    }

    @Test
    void shouldTakeInARunAndShowItAtOnce() {
        String location =
                post(order("\"ratio\": 0.5"))
                        .statusCode(202)
                        .body("type", equalTo("RunStatus"))
                        .body("runId", matchesPattern("\\d{8}-\\d{6}-[a-z0-9]{4}"))
                        .body("state", equalTo("REQUESTED"))
                        .body("variants.name", contains("ratio-0.5"))
                        .body("spec.distillation.featureNormalization", equalTo("squared-l2"))
                        .extract()
                        .header("Location");
        get(location).then().statusCode(200).body("state", equalTo("REQUESTED"));
        String runId = get(location).path("runId");
        get(RUNS).then().statusCode(200).body("runs.runId", hasItem(runId));
        assertThat(records(Topics.RUNS)).anyMatch(record -> record.key().equals(runId));
    }

    @Test
    void shouldFollowAWholeRunThroughItsEvents() {
        new Events("whole").wholeLife().forEach(publisher::publish);
        awaitWholeLife("whole");
        get(RUNS + "/whole")
                .then()
                .body("scoring.done", equalTo(2))
                .body("variants.state", contains("FINISHED", "FINISHED"))
                .body("variants[0].plan.studentParameters", equalTo(45))
                .body("variants[0].student", equalTo("file:/a/half/student"))
                .body("variants[0].studentMetrics.macs", equalTo(2500));
        assertThat(records(Topics.RUN_STATUS)).anyMatch(record -> record.key().equals("whole"));
    }

    @Test
    void shouldShowAFailureWithItsWayOut() {
        Events events = new Events("failing");
        publisher.publish(events.requested());
        publisher.publish(events.failed(null, Stage.SCORING));
        awaitState("failing", "FAILED");
        get(RUNS + "/failing")
                .then()
                .body("failures[0].where", equalTo("conv_in.weight"))
                .body("failures[0].howToFix", equalTo("download again"));
    }

    @Test
    void shouldCancelARunOnce() {
        publisher.publish(new Events("unwanted").requested());
        await().atMost(PATIENCE).until(() -> get(RUNS + "/unwanted").statusCode() == 200);
        given().post(RUNS + "/unwanted/cancel").then().statusCode(202);
        awaitState("unwanted", "CANCELLED");
        given().post(RUNS + "/unwanted/cancel")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("CANCELLED"));
    }

    @Test
    void shouldRefuseAnIdThatAnotherRequestHas() {
        post(order("\"ratio\": 0.5").replaceFirst("\\{", "{\"runId\": \"mine\", ")).statusCode(202);
        String other = order("\"ratio\": 0.4").replaceFirst("\\{", "{\"runId\": \"mine\", ");
        post(other).statusCode(409).body("detail", containsString("'mine'"));
        awaitState("mine", "REQUESTED"); // from Kafka or not
        post(other).statusCode(409).body("detail", containsString("'mine'"));
    }

    @Test
    void shouldBeginOneRunHoweverOftenItIsAskedFor() {
        String order = order("\"ratio\": 0.5").replaceFirst("\\{", "{\"runId\": \"again\", ");
        post(order).statusCode(202).body("runId", equalTo("again"));
        post(order).statusCode(202).body("runId", equalTo("again"));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                records(Topics.RUN_STATUS).stream()
                                        .anyMatch(record -> record.key().equals("again")));
        post(order).statusCode(202).body("runId", equalTo("again"));
        assertThat(records(Topics.RUNS))
                .filteredOn(record -> record.key().equals("again"))
                .hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "ratio": 1.5              | variants[0].ratio    | below 1
                    "ratio": 0                | variants[0].ratio    | above 0
                    "ratio": 0.5, "x": 1      | variants[0].x        | known fields
                    "handcrafted": "bk-huge"  | variants[0].handcrafted | bk-base
                    "ratio": 0.5, "name": ".." | variants[0].name    | letters
                    """)
    void shouldNameTheFieldOfABadVariant(String variant, String field, String hint) {
        post(order(variant))
                .statusCode(400)
                .contentType("application/problem+json")
                .body("status", equalTo(400))
                .body("type", notNullValue())
                .body("field", equalTo(field))
                .body("detail", containsString(hint));
    }

    @Test
    void shouldAnswerWithProblemsWhereNothingIs() {
        get(RUNS + "/nonesuch")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("'nonesuch'"));
        given().post(RUNS + "/nonesuch/cancel").then().statusCode(404);
        get(RUNS + "/nonesuch/events").then().statusCode(404);
        get(RUNS + "?limit=many").then().statusCode(400).body("field", equalTo("limit"));
        given().contentType(ContentType.TEXT).body("x").post(RUNS).then().statusCode(415);
    }

    @Test
    void shouldKeepUnreadableEventsOfEveryTopicAsideAndGoOnServing() throws Exception {
        for (String topic : Topics.events()) {
            send(topic, "garbage-" + topic, "{\"type\": \"Nonsense\"}");
        }
        send(Topics.RUN_STATUS, "garbage-status", "not even JSON");
        publisher.publish(new Events("after-garbage").requested());
        await().atMost(PATIENCE).until(() -> get(RUNS + "/after-garbage").statusCode() == 200);
        get(RUNS).then().statusCode(200);
        get(RUNS + "/garbage-status").then().statusCode(404);
        for (String topic : Topics.events()) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(records(Topics.DEAD_LETTERS))
                                            .filteredOn(r -> r.key().equals("garbage-" + topic))
                                            .first()
                                            .satisfies(
                                                    dead -> {
                                                        assertThat(
                                                                        header(
                                                                                dead,
                                                                                "dead-letter-topic"))
                                                                .isEqualTo(topic);
                                                        assertThat(
                                                                        header(
                                                                                dead,
                                                                                "dead-letter-reason"))
                                                                .contains("type");
                                                        assertThat(dead.value())
                                                                .contains("Nonsense");
                                                    }));
        }
    }

    @Test
    void shouldTakeInARunThatSomeoneWroteToKafka() throws Exception {
        RunRequested event = new Events("from-kafka").requested();
        send(Topics.RUNS, "from-kafka", MessageJson.tree(event).toString());
        await().atMost(PATIENCE).until(() -> get(RUNS + "/from-kafka").statusCode() == 200);
    }

    @Test
    void shouldDescribeItselfAndCountWhatItDoes() {
        get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.keySet()", hasItem("/api/v1/runs/{id}/events"))
                .body("components.schemas.keySet()", hasItem("RunSpec"))
                .body(
                        "components.schemas.SamplerName.enum",
                        containsInAnyOrder(SamplerName.texts().toArray()));
        post(order("\"ratio\": 0.5")).statusCode(202);
        get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("laptopdiff_runs_requested_total"));
    }

    private static ValidatableResponse post(String body) {
        return given().contentType(ContentType.JSON).body(body).post(RUNS).then();
    }

    private static String order(String variant) {
        return """
               {"teacher": "DIR", "calibration": {"dataset": "DIR"}, "variants": [{VARIANT}],
                "distillation": {"dataset": "DIR"},
                "evaluation": {"scorer": "DIR", "dataset": "DIR"}}
               """
                .replace("DIR", models.toString())
                .replace("VARIANT", variant);
    }

    private void send(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get(1, TimeUnit.MINUTES);
        }
    }

    private List<ConsumerRecord<String, String>> records(String topic) {
        try (KafkaConsumer<String, String> reader =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            reader.assign(
                    reader.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList());
            reader.seekToBeginning(reader.assignment());
            var end = reader.endOffsets(reader.assignment());
            List<ConsumerRecord<String, String>> all = new ArrayList<>();
            while (end.entrySet().stream()
                    .anyMatch(e -> reader.position(e.getKey()) < e.getValue())) {
                reader.poll(Duration.ofMillis(200)).forEach(all::add);
            }
            return all;
        }
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
