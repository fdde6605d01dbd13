package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

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
}
