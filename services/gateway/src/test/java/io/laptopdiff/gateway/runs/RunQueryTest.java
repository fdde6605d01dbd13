package io.laptopdiff.gateway.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.status.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueryTest {
    private static final List<RunStatus> RUNS =
            List.of(
                    run("latest", Instant.MAX),
                    run("now", Instant.parse("2026-03-01T12:00:00.5Z")),
                    run("b", Instant.EPOCH),
                    run("a", Instant.EPOCH),
                    run("older", Instant.parse("1969-12-31T23:59:59Z")),
                    run("oldest", Instant.parse("1905-01-01T00:00:00Z")),
                    run("first", Instant.MIN));

    private static RunStatus run(String runId, Instant at) {
        return new RunStatus(
                runId, at, at, null, new RunState.Requested(), false, null, List.of(), List.of());
    }

    private static List<String> allPages() {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            RunQuery.Page page =
                    RunQuery.of("1", cursor, List.of(), null, null, false).of(RUNS.stream());
            page.runs().forEach(run -> ids.add(run.runId()));
            cursor = page.next();
        } while (cursor != null);
        return ids;
    }

    @Test
    void shouldGoOnFromAnyTime() {
        assertThat(allPages())
                .containsExactlyElementsOf(RUNS.stream().map(RunStatus::runId).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa", "th-TH-u-nu-thai"})
    void shouldGoOnWhateverDigitsTheMachineWrites(String language) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            assertThat(allPages()).hasSameSizeAs(RUNS);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** It would be taken for another time. */
    @Test
    void shouldRefuseACursorOfAnOlderGateway() {
        String old =
                Base64.getUrlEncoder()
                        .encodeToString(
                                "0000000001772366400.000000000 now"
                                        .getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> RunQuery.of("1", old, List.of(), null, null, false))
                .isInstanceOf(InvalidMessageException.class);
    }
}
