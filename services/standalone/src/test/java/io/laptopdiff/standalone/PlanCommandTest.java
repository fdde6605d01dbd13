package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlanCommandTest extends GatewayCommands {

    @Test
    void shouldShowTheFrontier() {
        gateway.answering(202, "{}")
                .answering(200, status("FINISHED"))
                .answering(
                        200,
                        "{\"points\": [{\"ratio\": 0.25, \"removedUnits\": [\"a\"], \"predictedLoss\": 0.5}]}");
        assertThat(ask(PLAN.split(" "))).isZero();
        assertThat(out.toString()).containsPattern("25.0 % +1 +0.5");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldSayThatTheFrontierIsMissingWhereTheGatewayFails() {
        gateway.answering(202, "{}")
                .answering(200, status("FINISHED"))
                .answering(500, "{\"detail\": \"the disk is gone\"}");
        assertThat(ask(PLAN.split(" "))).isZero();
        assertThat(out.toString()).contains("units removed").doesNotContain("frontier");
        assertThat(err.toString())
                .contains("the frontier is left out", "the disk is gone", "/frontier");
    }

    @Test
    void shouldSayThatTheFrontierIsMissingWhereTheGatewayIsGone() {
        gateway.answering(202, "{}").answering(200, status("FINISHED")).hangingUp();
        assertThat(ask(PLAN.split(" "))).isZero();
        assertThat(err.toString()).contains("the frontier is left out");
    }

    @Test
    void shouldSayNothingOfAFrontierThatARunNeverHad() {
        gateway.answering(202, "{}")
                .answering(200, status("FAILED"))
                .answering(404, "{\"detail\": \"there is no frontier\"}");
        assertThat(ask(PLAN.split(" "))).isEqualTo(3);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldHaveTheFrontierInItsJson() {
        gateway.answering(202, "{}")
                .answering(200, status("FINISHED"))
                .answering(200, "{\"points\": [{\"ratio\": 0.25}]}");
        assertThat(ask((PLAN + " --output json").split(" "))).isZero();
        JsonNode told = Json.parse(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(told.at("/state").asText()).isEqualTo("FINISHED");
        assertThat(told.at("/frontier/points/0/ratio").asDouble()).isEqualTo(0.25);
    }
}
