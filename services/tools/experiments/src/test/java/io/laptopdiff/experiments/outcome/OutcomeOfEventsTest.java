package io.laptopdiff.experiments.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.experiments.design.Experiment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeOfEventsTest {
    @TempDir Path home;
    private Experiment experiment;

    @BeforeEach
    void setUp() throws IOException {
        experiment = Requests.experiment("g", 7, Requests.material(home, "w"));
    }

    private Outcome outcome(List<Message> events) {
        return new OutcomeOfEvents(events).of(experiment, "d", "m");
    }

    @Test
    void shouldKeepWhatMattersOfEveryVariant() {
        Outcome outcome = outcome(TinyRun.events(experiment, 5));

        assertThat(outcome.experiment()).isEqualTo("g-seed-7");
        assertThat(outcome.date()).isEqualTo("2026-03-01");
        assertThat(outcome.seconds()).isEqualTo(8);
        assertThat(outcome.variants())
                .extracting(VariantOutcome::name)
                .containsExactly("a", "bk-base");
        VariantOutcome variant = outcome.variant("a").orElseThrow();
        assertThat(variant.plan().measuredLoss()).isEqualTo(3.5);
        assertThat(variant.declines().get("clip-score").percent()).isEqualTo(5);
        assertThat(variant.gradientShares().get("features.mid_block"))
                .isCloseTo(0.375, within(1e-12));
        assertThat(variant.student().parameters()).isEqualTo(60);
        assertThat(variant.failure()).isNull();
        assertThat(outcome.additivity()).hasSize(1);
    }

    /**
     * Predicted: (1 + 2) / 2 + (2 + 3) / 2 = 4. Measured: (3 + 4) / 2. The audit's sets are apart.
     */
    @Test
    void shouldHoldMeasuredPlansAgainstTheSumOfTheirUnits() {
        MeasuredPlan plan = outcome(TinyRun.events(experiment, 5)).measured().get(0);
        assertThat(plan.units()).isEqualTo(2);
        assertThat(plan.predicted()).isCloseTo(4, within(1e-12));
        assertThat(plan.measured()).isCloseTo(3.5, within(1e-12));
        assertThat(outcome(TinyRun.events(experiment, 5)).measured()).hasSize(1);
    }

    @Test
    void shouldSayTheSameWhateverTheOrderOfTheEvents() {
        List<Message> shuffled = new ArrayList<>(TinyRun.events(experiment, 5));
        Collections.shuffle(shuffled, new Random(1));
        assertThat(outcome(shuffled)).isEqualTo(outcome(TinyRun.events(experiment, 5)));
    }

    @Test
    void shouldKeepTheReasonOfAFailure() {
        assertThat(outcome(TinyRun.failure()).variants())
                .extracting(VariantOutcome::failure)
                .containsOnly("no disk (/data): Make room.");
    }
}
