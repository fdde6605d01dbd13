package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.RUNS;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a request, told by field, value and rule. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RequestProblemsTest {
    @TempDir static Path models;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "ratio": 0.5}, {"ratio": 1.5 | variants[1].ratio | 1.5 | below 1
                    "ratio": 0.5, "maximumRatio": 0.4 | variants[0].maximumRatio | 0.4 | at least 'ratio', which is 0.5
                    "ratio": 0.5, "criterion": "taylor" | scoring.criteria | output-loss | must be among them
                    "ratio": 0.5, "criterion": "best" | variants[0].criterion | best | output-loss
                    "ratio": 0.5, "handcrafted": "bk-base" | variants[0].ratio | 0.5 | either a budget
                    "ratio": 0.5, "minimumUnits": {"mid_block": -1} | variants[0].minimumUnits.mid_block | -1 | at least 0
                    "ratio": 0.5, "candidates": 2, "iterative": {} | variants[0].candidates | 2 | leave one out
                    "ratio": 0.5, "keep": "mid_block" | variants[0].keep | mid_block | array
                    "ratio": 0.5}, {"ratio": 0.5 | variants | ratio-0.5, ratio-0.5 | a name of its own
                    """)
    void shouldNameWhatContradictsInAVariant(
            String variant, String field, String was, String hint) {
        refused(order(variant), field, was, hint);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "distillation": {"steps": -3,    | distillation.steps             | -3      | at least 1
                    "distillation": {"schedule": "up", | distillation.schedule        | up      | cosine
                    "distillation": {"emaDecay": 1,  | distillation.emaDecay          | 1       | below 1
                    "distillation": {"sceps": 3,     | distillation.sceps             | unknown | steps
                    "calibration": {"prompts": "p",  | calibration.dataset            | DIR     | exactly one of
                    "calibration": {"slices": 200,   | calibration.slices             | 200     | at most 'samples', which is 128
                    "evaluation": {"gates": [{"score": "x", "maximumDeclinePercent": 5}], | evaluation.gates[0].score | x | clip-score
                    "evaluation": {"gates": [{"score": "clip-score", "maximumDeclinePercent": 5}, {"score": "clip-score", "maximumDeclinePercent": 6}], | evaluation.gates | clip-score | one gate
                    "evaluation": {"gates": [{"score": "clip-score"}], | evaluation.gates[0].maximumDeclinePercent | absent | required
                    "evaluation": {"metric": "beauty", | evaluation.metric            | beauty  | hps-v2
                    "evaluation": {"prompts": 1,     | evaluation.prompts             | 1       | at least 2
                    "evaluation": {"promptList": "/no/list.txt", | evaluation.promptList | /no/list.txt | nothing
                    "evaluation": {"promptList": "DIR", | evaluation.promptList       | DIR     | name the file
                    "evaluation": {"inception": "/no/net.pt", | evaluation.inception  | /no/net.pt | nothing
                    "evaluation": {"scorers": [{"name": "a", "location": "/no/a"}], | evaluation.scorers[0].location | /no/a | nothing
                    """)
    void shouldNameWhatContradictsInTheRest(String part, String field, String was, String hint) {
        String start = part.substring(0, part.indexOf('{') + 1);
        String order = order("\"ratio\": 0.5").replace(start, part.strip() + " ");
        refused(order.replace("DIR", models.toString()), field, was, hint);
    }

    /** As the guide says: they are not looked at. */
    @Test
    void shouldTakePlansOnlyWithoutDistillationAndEvaluation() {
        String order =
                """
                {"teacher": "DIR", "calibration": {"dataset": "DIR"}, "variants": [{"ratio": 0.5}],
                 "planOnly": true}
                """
                        .replace("DIR", models.toString());
        Requests.dryRun(order).then().statusCode(200).body("valid", equalTo(true));
        Requests.post(order)
                .then()
                .statusCode(202)
                .body("spec.planOnly", equalTo(true))
                .body("spec.distillation", nullValue());
    }

    @Test
    void shouldSendEveryLocationAsAnAbsolutePath() throws IOException {
        Path list = Files.writeString(models.resolve("prompts:1.txt"), "a red circle");
        String beside = Path.of("").toAbsolutePath().relativize(list).toString();
        String here = Path.of("").toAbsolutePath().relativize(models).toString();
        post(order("\"ratio\": 0.5")
                        .replaceFirst(
                                "\"calibration\": .\"dataset\": \"[^\"]*\"",
                                "\"calibration\": {\"prompts\": \"" + beside + "\"")
                        .replace(
                                "\"evaluation\": {",
                                "\"evaluation\": {\"promptList\": \""
                                        + beside
                                        + "\", \"inception\": \""
                                        + beside
                                        + "\", \"scorers\": [{\"name\": \"a\", \"location\": \""
                                        + here
                                        + "\"}], "))
                .statusCode(202)
                .body("spec.calibration.prompts", equalTo(list.toString()))
                .body("spec.evaluation.promptList", equalTo(list.toString()))
                .body("spec.evaluation.inception", equalTo(list.toString()))
                .body("spec.evaluation.scorers[0].location", equalTo(models.toString()));
    }

    @Test
    void shouldRefuseAModelWithoutAPartAndNameThePart() throws IOException {
        Path model = Files.createDirectories(models.resolve("half"));
        Files.writeString(model.resolve("model_index.json"), "{}");
        post(order("\"ratio\": 0.5").replace("\"teacher\": \"" + models, "\"teacher\": \"" + model))
                .statusCode(400)
                .body("field", equalTo("teacher"))
                .body("detail", containsString("no directory unet"));
    }

    @Test
    void shouldRefuseAModelFileThatIsNone() throws IOException {
        Path file = Files.writeString(models.resolve("model.safetensors"), "x");
        post(order("\"ratio\": 0.5").replace("\"teacher\": \"" + models, "\"teacher\": \"" + file))
                .statusCode(400)
                .body("field", equalTo("teacher"))
                .body("detail", containsString("fewer than a header"));
    }

    @Test
    void shouldTakeTarShardsAndLeaveRemoteOnesToTheWorkers() throws IOException {
        Files.createFile(models.resolve("t-0.tar"));
        Files.createFile(models.resolve("t-1.tar"));
        String here = Path.of("").toAbsolutePath().relativize(models) + "/t-{0..1}.tar";
        String field = "\"distillation\": {\"dataset\": \"";
        String order = order("\"ratio\": 0.5");
        post(order.replace(field + models, field + here))
                .statusCode(202)
                .body("spec.distillation.dataset", equalTo(models + "/t-{0..1}.tar"));
        String remote = "https://example.invalid/t-{000..127}.tar?key=1";
        post(order.replace(field + models, field + remote))
                .statusCode(202)
                .body("spec.distillation.dataset", equalTo(remote));
        post(order.replace(field + models, field + models + "/t-{0..2}.tar"))
                .statusCode(400)
                .body("field", equalTo("distillation.dataset"))
                .body("detail", containsString("nothing lies there"));
    }

    @Test
    void shouldNameTheDatasetThatIsNotThere() {
        post(order("\"ratio\": 0.5").replace("\"scorer\": \"", "\"scorer\": \"/nonesuch"))
                .statusCode(400)
                .body("field", equalTo("evaluation.scorer"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[]", "{", "null", "{\"runId\": 7}", "''"})
    void shouldRefuseABodyThatIsNoRequest(String body) {
        post(body).statusCode(400).contentType("application/problem+json");
    }

    private static ValidatableResponse post(String body) {
        return given().contentType(ContentType.JSON).body(body).post(RUNS).then();
    }

    /** The detail alone has to say where, what stood there, and what is allowed. */
    private static void refused(String order, String field, String was, String hint) {
        post(order)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("field", equalTo(field))
                .body("detail", containsString("'" + field + "'"))
                .body("detail", containsString(was.replace("DIR", models.toString())))
                .body("detail", containsString(hint));
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
}
