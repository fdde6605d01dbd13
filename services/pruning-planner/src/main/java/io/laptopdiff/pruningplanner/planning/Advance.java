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

    /**
     * Returns the advance of a run that has ended otherwise: nothing is said of it, and nothing
     * more is to be done.
     */
    public static Advance ended(RunProgress progress) {
        return new Advance(List.of(), progress.withDone());
    }
}
