package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.json.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"text\"",
                "{",
                "{}x",
                "{\"type\":1,\"type\":2}"
            })
    void shouldRefuseWhatIsNoMessageObject(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void shouldRefuseBytesThatAreNoText() {
        assertThatThrownBy(() -> MessageJson.read(new byte[] {(byte) 0xff, 0, 1, (byte) 0x80}))
                .isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void shouldListTheTypesItKnowsWhenOneIsUnknown() {
        assertThatThrownBy(() -> read("{\"type\":\"RunRenamed\",\"schemaVersion\":1}"))
                .hasMessageContaining("field 'type' is \"RunRenamed\"")
                .hasMessageContaining("RunRequested");
    }

    @ParameterizedTest
    @CsvSource({"2", "0", "1.5", "'\"1\"'", "99999999999"})
    void shouldRefuseASchemaVersionItDoesNotKnow(String version) {
        assertThatThrownBy(
                        () ->
                                read(
                                        "{\"type\":\"RunCancelRequested\",\"schemaVersion\":"
                                                + version
                                                + ",\"runId\":\"r\",\"occurredAt\":\"2026-01-01T00:00:00Z\"}"))
                .hasMessageContaining("schemaVersion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "a/b", "", ".hidden", "a..b", "with space", "ünïcode"})
    void shouldRefuseARunIdThatIsUnsafeAsAFileName(String runId) {
        assertThatThrownBy(() -> new RunCancelRequested(runId, Samples.AT))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("runId");
    }

    @Test
    void shouldRefuseAnotherMessageThanTheOneExpected() {
        byte[] json = MessageJson.write(new RunCancelRequested("r", Samples.AT));
        assertThatThrownBy(() -> MessageJson.read(json, RunRequested.class))
                .hasMessageContaining("'RunCancelRequested'")
                .hasMessageContaining("a RunRequested is expected here");
    }

    @Test
    void shouldNotTurnATextIntoANumber() {
        String json =
                "{\"type\":\"EvaluationStarted\",\"schemaVersion\":1,\"runId\":\"r\",\"variant\":\"v\","
                        + "\"occurredAt\":\"2026-01-01T00:00:00Z\",\"images\":\"8\"}";
        assertThatThrownBy(() -> read(json)).hasMessageContaining("field 'images'");
    }

    @Test
    void shouldNotCutOffAFraction() {
        String json =
                "{\"type\":\"EvaluationStarted\",\"schemaVersion\":1,\"runId\":\"r\",\"variant\":\"v\","
                        + "\"occurredAt\":\"2026-01-01T00:00:00Z\",\"images\":8.5}";
        assertThatThrownBy(() -> read(json)).hasMessageContaining("field 'images'");
    }

    private static Message read(String json) {
        return MessageJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldKnowTopicAndKeyOfEveryMessage() {
        for (Message message : Samples.ALL) {
            assertThat(Topics.all().stream().map(TopicSettings::name)).contains(message.topic());
            assertThat(message.key()).startsWith("run-1");
        }
        assertThat(Samples.FAILED.key()).isEqualTo("run-1");
        Samples.ALL.stream()
                .filter(PlanCreated.class::isInstance)
                .forEach(plan -> assertThat(plan.key()).isEqualTo("run-1/half"));
    }
}
