package io.laptopdiff.standalone.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** By the examples and rules of WHATWG HTML, section 9.2.6. */
class EventLinesTest {

    private final EventLines lines = new EventLines();

    private List<ServerSentEvent> read(String text) {
        return text.lines().map(lines::add).flatMap(Optional::stream).toList();
    }

    @Test
    void shouldReadIdNameAndData() {
        assertThat(
                        read(
                                """
                                id: 1
                                event: status
                                data: {"a": 1}

                                id:2
                                data:first
                                data: second

                                """))
                .containsExactly(
                        new ServerSentEvent("1", "status", "{\"a\": 1}"),
                        new ServerSentEvent("2", "", "first\nsecond"));
    }

    @Test
    void shouldTakeACommentForNoEvent() {
        assertThat(read(": still here\n\n: still here\n\n")).isEmpty();
    }

    @Test
    void shouldKnowThePlaceThatAnIdWithoutDataNames() {
        assertThat(read("id: 7\n\n")).isEmpty();
        assertThat(lines.lastId()).isEqualTo("7");
    }

    @Test
    void shouldNotGoOnAfterAnEventThatDidNotComeWhole() {
        assertThat(read("id: 7\ndata: whole\n\nid: 8\ndata: hal")).hasSize(1);
        assertThat(lines.lastId()).isEqualTo("7");
    }

    @Test
    void shouldKnowTheLastEvent() {
        assertThat(read("event: end\ndata: {}\n\n")).singleElement().matches(ServerSentEvent::ends);
    }

    @Test
    void shouldPassOverFieldsThatItDoesNotKnow() {
        assertThat(read("retry: 5\ndata: x\nnonsense\n\n"))
                .containsExactly(new ServerSentEvent("", "", "x"));
    }
}
