package io.laptopdiff.gateway.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Requests;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent, the answer is one that the document declares, and never a failure in here. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class BadInputTest {
    private static final String RUNS = "/api/v1/runs";
    private static final List<String> ODD =
            List.of(
                    "",
                    "-1",
                    "99999999999999999999",
                    "\0",
                    "\u2028ü'\"<",
                    "../..",
                    "x".repeat(2000));
    private static final List<String> WRONG =
            List.of("null", "true", "-1", "1e400", "1.5", "\"\"", "\"x\"", "[]", "[[null]]", "{}");
    private static final Situation SITUATION = new Situation("bad-input");
    private static boolean arranged;

    @TestHTTPResource("/")
    URI server;

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;

    @BeforeEach
    void arrange() throws Exception {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
        if (!arranged) {
            SITUATION.arrange(publisher, store);
            arranged = true;
        }
    }

    @AfterEach
    void awaitNoStreams() {
        Requests.awaitNoStreams();
    }

    @Test
    void shouldAnswerAsDeclaredWhateverIsSent() {
        for (ApiDocument.Operation operation : ApiDocument.operations()) {
            List<Ask> asks = new ArrayList<>();
            for (String odd : ODD) {
                Ask ask = ask(operation, odd, odd);
                asks.add(odd.isEmpty() ? ask(operation, "nobody", "half") : ask);
                asks.add(ask(operation, run(operation), odd.isEmpty() ? "half" : odd));
                for (ApiDocument.Parameter parameter : operation.parameters()) {
                    asks.add(odd(ask(operation, run(operation), "half"), parameter, odd));
                }
            }
            Ask good = ask(operation, run(operation), "half");
            asks.add(good.with("Accept", "text/nonsense"));
            asks.add(good.with("Accept", "nonsense"));
            asks.add(good.with("X-Long", "x".repeat(30_000)));
            asks.add(new Ask(good.method(), good.path(), List.of(), "x".repeat(2 << 20)));
            asks.forEach(ask -> requireDeclared(operation, ask));
        }
    }

    private static String run(ApiDocument.Operation operation) {
        // the one that goes on cannot be deleted, nor the one that ended be cancelled
        return operation.method().equals("DELETE") ? SITUATION.requested() : SITUATION.done();
    }

    private static Ask ask(ApiDocument.Operation operation, String run, String rest) {
        String path =
                operation
                        .path()
                        .replace("{id}", encoded(run))
                        .replaceAll("\\{[a-z]+}", encoded(rest).replace("$", "\\$"));
        return new Ask(operation.method(), path, List.of(), null);
    }

    private static Ask odd(Ask ask, ApiDocument.Parameter parameter, String value) {
        return switch (parameter.in()) {
            case "query" ->
                    new Ask(
                            ask.method(),
                            ask.path() + "?" + parameter.name() + "=" + encoded(value),
                            ask.headers(),
                            ask.body());
            case "header" -> ask.with(parameter.name(), value.replaceAll("[^ -~]", "?"));
            default -> ask;
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void requireDeclared(ApiDocument.Operation operation, Ask ask) {
        Ask.Answer answer = ask.of(server);
        assertThat(operation.declares(answer.status()))
                .as("%s: %s %s gives %s", operation.id(), ask.method(), ask.path(), answer)
                .isTrue();
        if (answer.status() >= 400) {
            Case.requireProblem(answer, !ask.method().equals("HEAD"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[]",
                "null",
                "7",
                "{\"teacher\": \"a\", \"teacher\": \"b\"}",
                "{} {}",
                "{'teacher': 1}",
                "\uFEFF{",
                "{\"teacher\": NaN}",
                "{\"\\ud800\": 1}"
            })
    void shouldRefuseWhatIsNoJsonObject(String body) {
        Ask.Answer answer = Ask.post(RUNS).body(body).of(server);
        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        Case.requireProblem(answer, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"teacher\":"})
    void shouldRefuseWhatHasNoEnd(String part) {
        Ask.Answer answer = Ask.post(RUNS).body(part.repeat(50_000)).of(server);
        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        Case.requireProblem(answer, true);
    }

    /** Every field with every wrong type: it is taken, or its pointer is given. */
    @Test
    void shouldNameTheFieldOfAnythingWrong() {
        JsonNode whole = Json.tree(Json.read(Cases.order(), RunSpec.class));
        List<String> pointers = new ArrayList<>();
        pointers(whole, "", pointers);
        assertThat(pointers).hasSizeGreaterThan(40);
        for (String pointer : pointers) {
            for (String wrong : WRONG) {
                requireNamed(whole, pointer, wrong);
            }
        }
    }

    private void requireNamed(JsonNode whole, String pointer, String wrong) {
        Ask.Answer answer =
                Ask.post(RUNS + "?dryRun=true").body(replaced(whole, pointer, wrong)).of(server);
        String what = pointer + " = " + wrong + " gives " + answer;
        assertThat(answer.status()).as(what).isIn(200, 400);
        if (answer.status() == 400) { // no number at all
            Case.requireProblem(answer, true);
            return;
        }
        JsonNode dryRun = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        boolean valid = dryRun.get("valid").booleanValue();
        assertThat(dryRun.get("problems").isEmpty()).as(what).isEqualTo(valid);
        if (!valid) {
            List<String> named = dryRun.get("problems").findValuesAsText("pointer");
            assertThat(named).as(what).anyMatch(name -> concerns(name, pointer));
        }
    }

    /** The field itself, one in it, or what it contradicts. */
    private static boolean concerns(String named, String pointer) {
        boolean criteria = named.equals("#/scoring/criteria") || named.startsWith("#/variants");
        boolean contradiction =
                criteria && (pointer.startsWith("/scoring") || pointer.startsWith("/variants"));
        String part = named.substring(1);
        return !part.isEmpty()
                && (pointer.startsWith(part) || part.startsWith(pointer) || contradiction);
    }

    private static void pointers(JsonNode node, String pointer, List<String> all) {
        for (Iterator<Map.Entry<String, JsonNode>> i = node.fields(); i.hasNext(); ) {
            Map.Entry<String, JsonNode> field = i.next();
            all.add(pointer + "/" + field.getKey());
            pointers(field.getValue(), pointer + "/" + field.getKey(), all);
        }
        if (node.isArray() && !node.isEmpty()) {
            all.add(pointer + "/0");
            pointers(node.get(0), pointer + "/0", all);
        }
    }

    /** As text: some of it is nothing that a tree could hold. */
    private static String replaced(JsonNode whole, String pointer, String wrong) {
        JsonNode copy = whole.deepCopy();
        JsonNode parent = copy.at(pointer.substring(0, pointer.lastIndexOf('/')));
        String last = pointer.substring(pointer.lastIndexOf('/') + 1);
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), "HERE");
        } else {
            ((ObjectNode) parent).put(last, "HERE");
        }
        return copy.toString().replace("\"HERE\"", wrong);
    }
}
