package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final StringWriter text = new StringWriter();

    private long lines(String pattern) {
        return text.toString().lines().filter(line -> line.matches(pattern)).count();
    }

    @Test
    void shouldSayAgainWhatTakesItsTimeUntilItIsClosed() {
        try (Heartbeat heartbeat = new Heartbeat(new PrintWriter(text), Duration.ofMillis(10))) {
            heartbeat.doing("drawing images");
            assertThat(text.toString()).startsWith("  drawing images" + System.lineSeparator());
            await().until(() -> lines(" {2}drawing images: \\d+ s") >= 3);
            heartbeat.doing("starting services");
            await().until(() -> lines(" {2}starting services: \\d+ s") >= 3);
        }
        String before = text.toString();
        await().during(Duration.ofMillis(50)).until(() -> text.toString().equals(before));
        assertThat(before.lines().toList()).last().asString().contains("starting services");
    }
}
