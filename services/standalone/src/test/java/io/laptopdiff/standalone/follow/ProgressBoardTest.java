package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {

    private static final String ESCAPE = "\u001b";

    private final StringWriter text = new StringWriter();

    /** Nanoseconds. */
    private long now;

    private void show(boolean terminal, int steps) {
        ProgressBoard board = new ProgressBoard(new PrintWriter(text), terminal, () -> now);
        for (int step = 0; step <= steps; step++) {
            board.show(distilling(step, steps));
        }
    }

    private static RunStatus distilling(int step, int steps) {
        return Json.read(
                """
                {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "DISTILLING", "failures": [],
                 "scoring": {"done": 38, "total": 38},
                 "variants": [
                   {"name": "half", "state": "DISTILLING",
                    "distillation": {"done": %d, "total": %d, "secondsLeft": 75.2},
                    "losses": {"total": 0.0125, "task": 0.5, "output": 0.25, "features": []}},
                   {"name": "bk-base", "state": "REQUESTED"}]}
                """
                        .formatted(step, steps),
                RunStatus.class);
    }

    @Test
    void shouldTellEachTenthOnceWhereNothingCanBeDrawnOver() {
        show(false, 1000);
        List<String> lines = text.toString().lines().toList();
        assertThat(lines).filteredOn(line -> line.contains("distil half")).hasSize(11);
        assertThat(lines).filteredOn(line -> line.contains("score layers")).hasSize(1);
        assertThat(lines).filteredOn(line -> line.contains("plan")).hasSize(1);
        assertThat(lines).hasSize(13);
        assertThat(lines)
                .anyMatch(line -> line.matches(" *distil half .* 50% +500/1000 +1m15s left.*"));
        assertThat(lines).noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }

    /** In a file or a pipe: a step takes 3 s here, so that a tenth takes 300 s. */
    @Test
    void shouldSayWhereItIsEveryFewSeconds() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(text), false, () -> now);
        long last = 0;
        for (int step = 0; step < 400; step++) {
            board.show(distilling(step, 1000));
            if (text.getBuffer().length() > 0) {
                assertThat(now - last).isLessThanOrEqualTo(6_000_000_000L);
                last = now;
                text.getBuffer().setLength(0);
            }
            now += 3_000_000_000L;
        }
        assertThat(now - last).isLessThanOrEqualTo(6_000_000_000L);
    }

    @Test
    void shouldSayWhatItWaitsForWhereNothingMoves() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(text), false, () -> now);
        board.show(distilling(7, 1000));
        text.getBuffer().setLength(0);
        now += 4_000_000_000L;
        board.show(distilling(7, 1000));
        assertThat(text.toString()).matches(" *plan +\\[.* 0/2\\R");
    }

    /** Two days, a look every five seconds. */
    @Test
    void shouldNotFillTheLogOfALongRun() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(text), false, () -> now);
        int seconds = 2 * 24 * 3600;
        for (int second = 0; second <= seconds; second += 5) {
            board.show(distilling(second, seconds));
            now += 5_000_000_000L;
        }
        assertThat(text.toString().lines().count()).isLessThan(3000);
    }

    @Test
    void shouldDrawABarPerStageAndVariantOverTheOneBefore() {
        show(true, 2);
        String[] drawings = text.toString().split(ESCAPE + "\\[7A", -1);
        assertThat(drawings).hasSize(3);
        assertThat(drawings[2].replaceAll(ESCAPE + "\\[[?0-9]+[a-zA-Z]", "").lines())
                .hasSize(7)
                .anyMatch(line -> line.matches(" +distil half +\\[#{30}] 100% +2/2 .*loss 0.0125"))
                .anyMatch(line -> line.matches(" +evaluate bk-base +\\[\\.{30}] +0% +waiting"))
                .last()
                .isEqualTo("  watched for 0:00 minutes");
    }
}
