package io.laptopdiff.standalone.follow;

import java.util.Optional;
import java.util.StringJoiner;

/** Puts the lines of a stream together to server-sent events (WHATWG HTML, section 9.2.6). */
public final class EventLines {

    private String id = "";
    private String lastId = "";
    private String name = "";
    private StringJoiner data;

    /**
     * Takes the next line, without its end.
     *
     * @return the event that it completes, if it does
     */
    public Optional<ServerSentEvent> add(String line) {
        if (line.isEmpty()) {
            return completed();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        take(field, value.startsWith(" ") ? value.substring(1) : value);
        return Optional.empty();
    }

    /** Returns where to go on from after the last whole event; empty for the beginning. */
    public String lastId() {
        return lastId;
    }

    /** A comment is a field without a name, and an unknown field is none of ours. */
    private void take(String field, String value) {
        if (field.equals("data")) {
            data = data == null ? new StringJoiner("\n") : data;
            data.add(value);
        } else if (field.equals("event")) {
            name = value;
        } else if (field.equals("id")) {
            id = value;
        }
    }

    private Optional<ServerSentEvent> completed() {
        lastId = id; // counts without data, too
        Optional<ServerSentEvent> event =
                Optional.ofNullable(data)
                        .map(lines -> new ServerSentEvent(lastId, name, lines.toString()));
        data = null;
        name = "";
        return event;
    }
}
