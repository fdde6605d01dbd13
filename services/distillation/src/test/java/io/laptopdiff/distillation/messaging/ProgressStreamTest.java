package io.laptopdiff.distillation.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.VariantEvent;
import io.laptopdiff.contracts.distillation.Losses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressStreamTest {

    private static final long MILLIS = 1_000_000;

    private final List<VariantEvent> passed = new ArrayList<>();
    private long now = Long.MAX_VALUE - 100 * MILLIS; // the clock may overflow at any time
    private final ProgressStream stream = new ProgressStream(passed::add, () -> now);

    private void step(int step, int millisSinceTheLast) {
        now += millisSinceTheLast * MILLIS;
        Losses losses = new Losses(1, 1, 1, List.of());
        stream.accept(
                new DistillationProgressed(
                        "r", Instant.EPOCH, "v", 1, step, 100, losses, 1e-3, 1, 0.1, 1));
    }

    @Test
    void shouldPassFirstAndLastAndTwoASecondBetween() {
        step(1, 0);
        step(2, 200);
        step(3, 299);
        step(4, 1);
        step(5, 499);
        step(6, 1);
        step(99, 1);
        step(100, 1);
        assertThat(passed)
                .extracting(event -> ((DistillationProgressed) event).step())
                .containsExactly(1, 4, 6, 100);
    }

    @Test
    void shouldPassWhatTellsTheSharesOfTheGradient() {
        step(1, 0);
        step(2, 1);
        stream.accept(
                new DistillationProgressed(
                        "r",
                        Instant.EPOCH,
                        "v",
                        1,
                        3,
                        100,
                        new Losses(1, 1, 1, List.of()),
                        1e-3,
                        1,
                        0.1,
                        1,
                        Map.of("task", 1.0)));
        assertThat(passed).hasSize(2);
    }

    @Test
    void shouldPassEveryOtherEvent() {
        step(1, 0);
        CheckpointSaved saved = new CheckpointSaved("r", Instant.EPOCH, "v", 1, 1, "file:///x");
        stream.accept(saved);
        stream.accept(saved);
        assertThat(passed).hasSize(3);
    }
}
