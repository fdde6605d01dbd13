package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandsTest extends GatewayCommands {

    private static final String RUN =
            """
            {"runId": "r-1", "state": "DISTILLING", "progress": 0.42, "secondsLeft": 75, "teacher": "/models/sd15/",
             "ratios": {"half": 0.503}, "result": {"half": {"clip-score": 4.04}}, "failures": 0}""";

    @Test
    void shouldListRunsPageByPage() {
        gateway.answering(200, "{\"runs\": [" + RUN + "], \"next\": \"abc\"}")
                .answering(200, "{\"runs\": [" + RUN.replace("r-1", "r-2") + "]}");
        assertThat(ask("runs", "--all")).isZero();
        assertThat(out.toString())
                .contains("r-1", "r-2", "distilling", "42 %", "1m15s", "sd15", "50.3 %")
                .contains("clip-score -4.0 %");
    }

    @Test
    void shouldListRunsForProgramsALineEach() {
        gateway.answering(200, "{\"runs\": [" + RUN + "]}");
        assertThat(ask("runs", "--output", "json")).isZero();
        assertThat(out.toString().lines())
                .hasSize(1)
                .allMatch(line -> line.startsWith("{\"runId\""));
    }

    @Test
    void shouldCompare() {
        gateway.answering(
                200,
                """
                {"variants": [{"runId": "r", "name": "half", "state": "FINISHED", "ratio": 0.5, "parameters": 430000000,
                  "metrics": {"macs": 2000000, "latencyMillis": 12.5, "scores": {"clip-score": {"mean": 30.25}}},
                  "declines": {"clip-score": {"percent": 4.5}}, "gatesFailed": ["clip-score"]},
                 {"runId": "r", "name": "hand", "state": "REQUESTED", "declines": {}, "gatesFailed": []}]}""");
        assertThat(ask("compare", "r/half", "r/hand")).isZero();
        assertThat(out.toString())
                .contains("50.0 %", "430.00 M", "30.25", "4.50 %", "FAILED: clip-score");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cancel r | run r will stop",
                "delete r | run r is deleted",
                "retry r/half | run r-9"
            })
    void shouldDoWhatIsAskedAndSaySo(String command, String said) {
        gateway.answering(202, "{\"runId\": \"r-9\"}");
        assertThat(ask(command.split(" "))).isZero();
        assertThat(out.toString()).contains(said);
    }

    @ParameterizedTest
    @CsvSource({
        "cancel r, 404",
        "cancel r, 409",
        "delete r, 410",
        "retry r/x, 409",
        "watch r, 404"
    })
    void shouldTellOfRunsThatAreNotThereOrNotInThatState(String command, int status) {
        gateway.answering(status, "{\"detail\": \"there is no run 'r'\"}");
        assertThat(ask(command.split(" "))).isEqualTo(5);
        assertThat(err.toString()).isEqualTo("laptop-diff: there is no run 'r'\n");
    }

    @Test
    void shouldWaitForAGatewayThatStarts() {
        gateway.answering(503, "{\"detail\": \"reading back\"}")
                .answering(503, "{\"detail\": \"reading back\"}")
                .answering(
                        200,
                        """
                        {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "CANCELLED",
                         "failures": [], "variants": []}""");
        assertThat(ask("watch", "r")).isEqualTo(4);
    }

    @Test
    void shouldAskForNothingButTheRun() {
        gateway.answering(404, "{\"detail\": \"there is no run 'a b'\"}");
        assertThat(ask("watch", "a b")).isEqualTo(5);
        assertThat(ask("cancel", "../../q/health?x")).isEqualTo(5);
    }

    @Test
    void shouldRefuseWhatIsNoVariant() {
        assertThat(ask("retry", "r")).isEqualTo(2);
        assertThat(err.toString()).contains("'r' is not RUN/VARIANT");
        assertThat(ask("compare", "r/a")).isEqualTo(2);
    }

    @Test
    void shouldSayHowToStartAGatewayWhereNoneIs() {
        gateway.close();
        assertThat(ask("runs")).isEqualTo(1);
        assertThat(err.toString()).contains("nobody listens").contains("laptop-diff serve");
        assertThat(err.toString().lines()).hasSize(1);
    }
}
