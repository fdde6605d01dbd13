package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.status.RunState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The events that a reader wants to hear of.
 *
 * @param runId null for all runs
 * @param statuses what runs have come to, instead of their events
 * @param topics that hold it
 */
record Subject(String runId, boolean statuses, List<String> topics) {

    private static final List<String> ENDS =
            Stream.of(
                            new RunState.Finished(),
                            new RunState.Failed(),
                            new RunState.Cancelled(),
                            new RunState.Deleted())
                    .map(state -> '"' + state.text() + '"')
                    .toList();

    static Subject eventsOf(String runId) {
        return new Subject(runId, false, Topics.events());
    }

    static Subject eventsOf(String runId, String topic) {
        return new Subject(runId, false, List.of(topic));
    }

    static Subject eventsOfAll() {
        return new Subject(null, false, Topics.events());
    }

    static Subject statusesOfAll() {
        return new Subject(null, true, List.of(Topics.RUN_STATUS));
    }

    boolean matches(LoggedEvent logged) {
        return statuses == logged.event() instanceof RunStatus
                && (runId == null || logged.event().runId().equals(runId));
    }

    /**
     * Returns whether a record may match: most are of other runs, and a look at the text is cheaper
     * than reading it.
     */
    boolean mayMatch(ConsumerRecord<byte[], byte[]> record) {
        return runId == null
                || (record.value() != null
                        && new String(record.value(), StandardCharsets.UTF_8).contains(runId));
    }

    /**
     * Returns whether a record is the status of a run that has surely not ended: a look at the
     * text, as above. A variant that has ended makes it say no, and the status is then read.
     */
    static boolean isStatusOfRunAtWork(ConsumerRecord<byte[], byte[]> record) {
        if (!record.topic().equals(Topics.RUN_STATUS) || record.value() == null) {
            return false;
        }
        String text = new String(record.value(), StandardCharsets.UTF_8);
        return ENDS.stream().noneMatch(text::contains);
    }
}
