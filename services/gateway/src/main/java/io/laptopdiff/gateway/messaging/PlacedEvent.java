package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import java.util.function.Function;

/** An event on its way to readers that are at the same place. */
public final class PlacedEvent {
    private final String position;
    private final Message event;
    private final String json;
    private volatile byte[] written;

    /**
     * @param position text to resume after it
     * @param json of the event
     */
    PlacedEvent(String position, Message event, String json) {
        this.position = position;
        this.event = event;
        this.json = json;
    }

    /** Returns the text to resume after the event. */
    public String position() {
        return position;
    }

    public Message event() {
        return event;
    }

    public String json() {
        return json;
    }

    /**
     * Returns the event as it is written to them, which is found out once.
     *
     * @param writer always does the same with the events of one stream; not to be changed
     */
    public byte[] written(Function<PlacedEvent, byte[]> writer) {
        byte[] bytes = written;
        if (bytes == null) {
            bytes = writer.apply(this);
            written = bytes;
        }
        return bytes;
    }
}
