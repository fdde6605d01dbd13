package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.status.RunState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For every command that prints a table for people. */
class JsonOutputTest extends GatewayCommands {

    private List<JsonNode> json(String command) {
        assertThat(ask((command + " --output json").split(" "))).isZero();
        return documents();
    }

    private static RunStatus read(JsonNode document) {
        return MessageJson.read(
                document.toString().getBytes(StandardCharsets.UTF_8), RunStatus.class);
    }

    @Test
    void shouldBeALinePerRun() {
        gateway.answering(200, "{\"runs\": [{\"runId\": \"a\"}], \"next\": \"n\"}")
                .answering(200, "{\"runs\": [{\"runId\": \"b\"}]}");
        assertThat(json("runs --all"))
                .extracting(run -> run.path("runId").asText())
                .containsExactly("a", "b");
    }

    @Test
    void shouldBeNothingWhereThereIsNoRun() {
        gateway.answering(200, "{\"runs\": []}");
        assertThat(json("runs")).isEmpty();
    }

    @Test
    void shouldBeALinePerStatus() {
        gateway.answering(200, status("SCORING")) // to see that there is such a run
                .answering(200, status("SCORING"))
                .answering(200, status("SCORING"))
                .answering(200, status("PLANNING"))
                .answering(200, status("FINISHED"));
        assertThat(json("watch r"))
                .extracting(document -> read(document).state())
                .extracting(RunState::text)
                .containsExactly("SCORING", "PLANNING", "FINISHED");
    }

    @ParameterizedTest
    @ValueSource(strings = {COMPRESS + " --follow", PLAN})
    void shouldBeTheLastStatusOfARunThatWasAskedFor(String command) {
        gateway.answering(202, "{}")
                .answering(200, status("SCORING"))
                .answering(200, status("FINISHED"));
        assertThat(json(command))
                .singleElement()
                .extracting(document -> read(document).state())
                .isInstanceOf(RunState.Finished.class);
        assertThat(err.toString()).contains("run 20");
    }

    @Test
    void shouldBeTheFirstStatusOfARunThatNobodyWaitsFor() {
        gateway.answering(202, "{}").answering(200, status("REQUESTED"));
        assertThat(json(COMPRESS))
                .singleElement()
                .extracting(document -> document.path("state").asText())
                .isEqualTo("REQUESTED");
    }

    @ParameterizedTest
    @CsvSource({"compare r/a r/b", "cancel r", "retry r/a"})
    void shouldBeTheGatewaysAnswer(String command) {
        gateway.answering(200, "{\"runId\": \"r-9\",\n \"variants\": []}");
        assertThat(json(command))
                .singleElement()
                .satisfies(answer -> assertThat(answer.path("runId").asText()).isEqualTo("r-9"))
                .satisfies(answer -> assertThat(answer.path("variants").isArray()).isTrue());
    }

    @Test
    void shouldBeAnEmptyObjectForADeletedRun() {
        gateway.answering(204, "");
        assertThat(json("delete r")).singleElement().matches(JsonNode::isEmpty);
    }
}
