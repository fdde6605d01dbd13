package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageGoldenTest {
    /** Fields that have a default or may be absent. */
    private static final Map<String, Set<String>> OPTIONAL =
            Map.ofEntries(
                    Map.entry("ScoreUnits", Set.of("scoring", "scorer", "costs")),
                    Map.entry("MeasureRemovals", Set.of("precision")),
                    Map.entry("UnitsScored", Set.of("costs")),
                    Map.entry("PlanCreated", Set.of("candidates")),
                    Map.entry("DistillationStarted", Set.of("candidates", "images")),
                    Map.entry("DistillationProgressed", Set.of("gradientShares")),
                    Map.entry("DistillationFinished", Set.of("plan", "recoveries")),
                    Map.entry("EvaluationFinished", Set.of("declines", "gatesFailed")),
                    Map.entry("StageFailed", Set.of("variant")),
                    Map.entry("EvaluationProgressed", Set.of("secondsLeft")),
                    Map.entry(
                            "RunStatus",
                            Set.of(
                                    "requestedAt",
                                    "spec",
                                    "cancelRequested",
                                    "scoring",
                                    "additivity",
                                    "notes")),
                    Map.entry("ScoringStarted", Set.of("notes")));

    static Stream<Message> messages() {
        return Samples.ALL.stream();
    }

    /** Every message with each of its fields in turn, the derived id aside. */
    static List<Arguments> fields() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (Message message : Samples.ALL) {
            golden(message)
                    .fieldNames()
                    .forEachRemaining(
                            field -> {
                                if (!field.equals("id")) {
                                    all.add(Arguments.of(message, field));
                                }
                            });
        }
        return all;
    }

    @Test
    void shouldHaveASampleOfEveryMessage() {
        assertThat(Samples.ALL.stream().map(Object::getClass)).hasSameElementsAs(MessageJson.TYPES);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldWriteTheGoldenJson(Message message) throws IOException {
        assertThat(Json.parse(MessageJson.write(message))).isEqualTo(golden(message));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldReadTheGoldenJson(Message message) throws IOException {
        assertThat(MessageJson.read(golden(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RunRequested", "PlanCreated", "UnitsScored", "EvaluationFinished"})
    void shouldReadWhatTheFirstReleaseWrote(String type) throws IOException {
        Message now = messages().filter(m -> type(m).equals(type)).findFirst().orElseThrow();
        assertThat(MessageJson.read(json("/golden-first/" + type + ".json")).id())
                .isEqualTo(now.id());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldComeBackFromItsOwnJson(Message message) {
        assertThat(MessageJson.read(MessageJson.write(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldTolerateAFieldOfANewerWriter(Message message) throws IOException {
        ObjectNode json = golden(message);
        json.putObject("addedLater").put("x", 1);
        assertThat(MessageJson.read(json)).isEqualTo(message);
    }

    @ParameterizedTest(name = "{0} without {1}")
    @MethodSource("fields")
    void shouldNameTheFieldThatIsMissing(Message message, String field) throws IOException {
        ObjectNode json = golden(message);
        json.remove(field);
        if (OPTIONAL.getOrDefault(type(message), Set.of()).contains(field)) {
            assertThat(MessageJson.read(json)).isInstanceOf(message.getClass());
        } else {
            assertRefused(json, field);
        }
    }

    @ParameterizedTest(name = "{0} with a broken {1}")
    @MethodSource("fields")
    void shouldNameTheFieldOfAWrongKind(Message message, String field) throws IOException {
        ObjectNode json = golden(message);
        json.set(field, Json.parse("[[true]]".getBytes(StandardCharsets.UTF_8)));
        assertRefused(json, field);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldRefuseTruncatedJson(Message message) {
        byte[] whole = MessageJson.write(message);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        assertThatThrownBy(() -> MessageJson.read(half))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("line 1, column");
    }

    private static void assertRefused(JsonNode json, String field) {
        assertThatThrownBy(() -> MessageJson.read(json))
                .isInstanceOfSatisfying(
                        InvalidMessageException.class,
                        e -> assertThat(e.field()).startsWith(field));
    }

    private static ObjectNode golden(Message message) throws IOException {
        return json("/golden/" + type(message) + ".json");
    }

    private static ObjectNode json(String file) throws IOException {
        try (InputStream in = MessageGoldenTest.class.getResourceAsStream(file)) {
            return (ObjectNode) Json.parse(in.readAllBytes());
        }
    }

    private static String type(Message message) {
        return message.getClass().getSimpleName();
    }
}
