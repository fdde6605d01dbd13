package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.Message;
import java.util.List;

/**
 * One step of a run.
 *
 * @param messages to be sent
 * @param progress after them
 */
public record Advance(List<Message> messages, RunProgress progress) {
    public Advance {
        messages = List.copyOf(messages);
    }
}
